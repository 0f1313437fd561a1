import type { ForgeApp } from '../../app/index.ts';

/** What an installed Connect app may do: the words of its descriptor. */
export interface ConnectRights {
  /** `READ`, `WRITE`, `ACT_AS_USER` … */
  readonly scopes: readonly string[];
  readonly licensed: boolean;
}

/** Who has to act before a Connect installation becomes this version. Both empty: it moves by itself. */
export interface ConnectUpgrade {
  /** Reasons why the admin of the site has to approve. */
  readonly admin: readonly string[];
  /** Reasons why the vendor has to start a bulk upgrade. */
  readonly developer: readonly string[];
}

/** A Connect scope holds the ones below it; the other two stand alone. */
const LADDER = ['READ', 'WRITE', 'DELETE', 'PROJECT_ADMIN', 'ADMIN'];
/** Table 7.3: what a Forge app inherits from the Connect scope. */
const INHERITED: Readonly<Record<string, readonly string[]>> = {
  READ: ['read:jira-work', 'read:jira-user'],
  WRITE: ['manage:jira-webhook'],
  DELETE: ['write:jira-work'],
  PROJECT_ADMIN: ['manage:jira-project'],
  ADMIN: ['manage:jira-configuration'],
};
/** They open the platform, not the product. */
const PLATFORM_SCOPES = new Set(['storage:app', 'read:app-system-token', 'read:app-user-token']);
const CONNECT_SCOPE = /^(.+):connect-jira$/;

/**
 * Table 7.1 of the connect-on-forge facts: modules, remotes and egress move by themselves; scopes beyond what the descriptor
 * held wait for the admin.
 *
 * @param platformScopesNeedApproval whether scopes of the platform itself wait as well
 */
export function connectUpgradeOf(
  before: ConnectRights,
  now: ForgeApp,
  platformScopesNeedApproval: boolean,
): ConnectUpgrade {
  const held = heldScopes(before.scopes);
  const inherited = new Set(held.flatMap((scope) => INHERITED[scope] ?? []));
  const admin: string[] = [];
  const developer: string[] = [];
  for (const scope of now.scopes) {
    const connectScope = CONNECT_SCOPE.exec(scope)?.[1]?.toUpperCase().replaceAll('-', '_');
    if (connectScope !== undefined) {
      if (!held.includes(connectScope)) admin.push(`scope elevated: ${scope}`);
    } else if (inherited.has(scope)) {
      developer.push(`inherited scope added: ${scope}`);
    } else if (!PLATFORM_SCOPES.has(scope) || platformScopesNeedApproval) {
      admin.push(`scope elevated: ${scope}`);
    }
  }
  if (before.licensed !== now.licensed) admin.push('the licence state differs');
  if (now.connectRemote === undefined) developer.push('the Connect remote is gone');
  return { admin, developer };
}

function heldScopes(scopes: readonly string[]): string[] {
  const upper = scopes.map((scope) => scope.toUpperCase());
  const highest = Math.max(-1, ...upper.map((scope) => LADDER.indexOf(scope)));
  const others = upper.filter((scope) => !LADDER.includes(scope));
  return [...LADDER.slice(0, highest + 1), ...others];
}
