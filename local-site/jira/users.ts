import type { Site, User } from '../types.ts';

/**
 * The people of every demo site: an administrator, two users of whom one may enter the project `TALLY` only, and one without
 * access to any project.
 */
export const DEMO_USERS: readonly User[] = [
  {
    accountId: '712020:11111111-aaaa-4aaa-8aaa-000000000001',
    displayName: 'Ada Admin',
    admin: true,
  },
  {
    accountId: '712020:22222222-bbbb-4bbb-8bbb-000000000002',
    displayName: 'Uma User',
    admin: false,
  },
  {
    accountId: '712020:33333333-cccc-4ccc-8ccc-000000000003',
    displayName: 'Nora Noaccess',
    admin: false,
    projectAccess: false,
  },
  {
    accountId: '712020:44444444-dddd-4ddd-8ddd-000000000004',
    displayName: 'Otto Oneproject',
    admin: false,
    projects: ['TALLY'],
  },
];

/** The app has an account of its own on every site [Connect documentation]; this id is ours. */
export const APP_ACCOUNT_ID = '557058:app00000-0000-4000-8000-000000000000';

/** The account of Jira Automation. Its name is Atlassian's, its id is ours. */
export const AUTOMATION_ACCOUNT_ID = '557058:auto0000-0000-4000-8000-000000000000';

/** The site's user with this account id. */
export function userOf(site: Site, accountId: string | undefined): User | undefined {
  return site.users.find((user) => user.accountId === accountId);
}
