import type { Site, User } from '../../types.ts';
import { APP_ACCOUNT_ID, AUTOMATION_ACCOUNT_ID, userOf } from '../users.ts';

/** Jira writes times with a numeric zone and without a colon: `2026-11-22T10:00:00.000+0000`. */
export function jiraTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** Jira's `User`. */
export function userBean(site: Site, user: User): Record<string, unknown> {
  return accountBean(site, user.accountId, user.displayName, 'atlassian');
}

/** The account of an app, of this one or of Automation. */
export function appBean(site: Site, accountId: string): Record<string, unknown> {
  const name = accountId === AUTOMATION_ACCOUNT_ID ? 'Automation for Jira' : 'App user';
  return accountBean(site, accountId, name, 'app');
}

/** Whoever has the account id, or null. */
export function anybodyBean(
  site: Site,
  accountId: string | undefined,
): Record<string, unknown> | null {
  if (accountId === undefined) return null;
  const user = userOf(site, accountId);
  if (user !== undefined) return userBean(site, user);
  const isApp = accountId === APP_ACCOUNT_ID || accountId === AUTOMATION_ACCOUNT_ID;
  return isApp ? appBean(site, accountId) : null;
}

function accountBean(
  site: Site,
  accountId: string,
  displayName: string,
  accountType: 'atlassian' | 'app',
): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/3/user?accountId=${encodeURIComponent(accountId)}`,
    ...{ accountId, accountType, active: true, displayName, timeZone: 'Etc/UTC' },
    ...{ locale: 'en_US', avatarUrls: {} },
  };
}
