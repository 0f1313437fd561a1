import type { Problem } from './problem.ts';
import type { Legacy } from './read-legacy.ts';
import type { Manifest } from './read-manifest.ts';

const CONNECT_SUFFIX = ':connect-jira';

/**
 * What both faces must say alike besides their modules: licensing, Connect scopes and, where it is known, the key.
 *
 * @param renderedKey value of `app.connect.key` as it will be deployed to production; undefined when nothing is rendered
 */
export function compareApp(
  manifest: Manifest,
  legacy: Legacy,
  renderedKey: string | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const licensed = manifest.app.licensing?.enabled ?? false;
  if (licensed !== legacy.licensed) {
    problems.push({
      code: 'LICENSING_DIFFERS',
      message: `The descriptor says ${paid(legacy.licensed)}, the manifest ${paid(licensed)}. Licensing may not change during the move: set app.licensing.enabled to ${legacy.licensed}.`,
      path: ['app', 'licensing'],
    });
  }
  const scopes = Array.isArray(manifest.permissions.scopes)
    ? manifest.permissions.scopes
    : Object.keys(manifest.permissions.scopes);
  const ours = scopes.filter((scope) => scope.endsWith(CONNECT_SUFFIX));
  const missing = legacy.scopes.filter((scope) => !ours.includes(scope));
  const extra = ours.filter((scope) => !legacy.scopes.includes(scope));
  if (missing.length + extra.length > 0) {
    problems.push({
      code: 'SCOPES_DIFFER',
      message: `Connect scopes differ from the descriptor's: ${[
        ...missing.map((scope) => `${scope} is missing`),
        ...extra.map((scope) => `${scope} is new`),
      ].join(', ')}. A new one waits for every admin; a missing one breaks the legacy pages.`,
      path: ['permissions', 'scopes'],
    });
  }
  if (renderedKey !== undefined && renderedKey !== legacy.key) {
    problems.push({
      code: 'CONNECT_KEY_DIFFERS',
      message: `app.connect.key is rendered as "${renderedKey}", the listed app is "${legacy.key}". Installations would not be replaced. Correct CONNECT_KEY.`,
      path: ['app', 'connect', 'key'],
    });
  }
  return problems;
}

function paid(licensed: boolean): string {
  return licensed ? 'paid' : 'free';
}
