import type { Site, User } from '../types.ts';

/** The three people of every demo site: an administrator, a user, and one without access to any project. */
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
];

/** The site's user with this account id. */
export function userOf(site: Site, accountId: string | undefined): User | undefined {
  return site.users.find((user) => user.accountId === accountId);
}
