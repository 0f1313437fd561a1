import type { ForgeApp } from '../app/index.ts';

/**
 * Version of a deploy. The first is 1.0.0 [ours]. A change of scopes, egress or remotes makes a new major version, which
 * on the real platform waits for an admin; here every site gets it at once. Anything else is a minor version.
 */
export function nextVersion(
  before: ForgeApp | undefined,
  now: ForgeApp,
): { readonly version: string; readonly isMajor: boolean } {
  if (before === undefined) return { version: '1.0.0', isMajor: false };
  const [major = 1, minor = 0] = before.version.split('.').map(Number);
  const isMajor = permissionsOf(before) !== permissionsOf(now);
  return { version: isMajor ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`, isMajor };
}

function permissionsOf(app: ForgeApp): string {
  const remotes = [...app.remotes.values()];
  return JSON.stringify([[...app.scopes].sort(), [...app.egress].sort(), remotes]);
}
