import type { Caller, Site, User } from '../types.ts';
import { userOf } from './users.ts';

/** What Jira says about one permission in `mypermissions`. */
export interface PermissionInfo {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly type: 'PROJECT' | 'GLOBAL';
  /** The least a person needs to have it. */
  readonly needs: 'access' | 'admin';
}

/** The permissions that the local site knows. Ids are Jira's. */
export const PERMISSIONS: readonly PermissionInfo[] = [
  { id: '0', key: 'ADMINISTER', name: 'Administer Jira', type: 'GLOBAL', needs: 'admin' },
  {
    id: '23',
    key: 'ADMINISTER_PROJECTS',
    name: 'Administer Projects',
    type: 'PROJECT',
    needs: 'admin',
  },
  { id: '10', key: 'BROWSE_PROJECTS', name: 'Browse Projects', type: 'PROJECT', needs: 'access' },
  { id: '11', key: 'CREATE_ISSUES', name: 'Create Issues', type: 'PROJECT', needs: 'access' },
  { id: '12', key: 'EDIT_ISSUES', name: 'Edit Issues', type: 'PROJECT', needs: 'access' },
  { id: '13', key: 'ASSIGN_ISSUES', name: 'Assign Issues', type: 'PROJECT', needs: 'access' },
  { id: '15', key: 'ADD_COMMENTS', name: 'Add Comments', type: 'PROJECT', needs: 'access' },
  { id: '16', key: 'DELETE_ISSUES', name: 'Delete Issues', type: 'PROJECT', needs: 'admin' },
  {
    id: '46',
    key: 'TRANSITION_ISSUES',
    name: 'Transition Issues',
    type: 'PROJECT',
    needs: 'access',
  },
];

export function permissionInfo(key: string): PermissionInfo | undefined {
  return PERMISSIONS.find((permission) => permission.key === key);
}

/** Whether a person has the permission, in every project alike. */
function userHas(user: User, permission: PermissionInfo): boolean {
  if (permission.needs === 'admin') return user.admin;
  return user.projectAccess !== false;
}

/**
 * Whether whoever calls has the permission. The app's own user is in every project with all project permissions and
 * is no administrator of the site.
 */
export function callerHas(site: Site, caller: Caller, key: string): boolean {
  const permission = permissionInfo(key);
  if (permission === undefined) return false;
  if (caller.kind === 'app') return permission.type === 'PROJECT';
  const user = userOf(site, caller.accountId);
  return user !== undefined && userHas(user, permission);
}
