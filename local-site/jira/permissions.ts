import type { Caller, Site, User } from '../types.ts';
import type { Project } from './state/project-record.ts';
import type { SiteState } from './state/site-state.ts';
import { userOf } from './users.ts';

/** What Jira says about one permission in `mypermissions`. */
export interface PermissionInfo {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly type: 'PROJECT' | 'GLOBAL';
  /** The least a person needs to have it where the project does not say otherwise. */
  readonly needs: 'access' | 'admin';
}

/** The permissions that the local site knows. Ids are Jira's. */
export const PERMISSIONS: readonly PermissionInfo[] = [
  { id: '0', key: 'ADMINISTER', name: 'Administer Jira', type: 'GLOBAL', needs: 'admin' },
  ...(
    [
      ['23', 'ADMINISTER_PROJECTS', 'Administer Projects', 'admin'],
      ['10', 'BROWSE_PROJECTS', 'Browse Projects', 'access'],
      ['11', 'CREATE_ISSUES', 'Create Issues', 'access'],
      ['12', 'EDIT_ISSUES', 'Edit Issues', 'access'],
      ['13', 'ASSIGN_ISSUES', 'Assign Issues', 'access'],
      ['15', 'ADD_COMMENTS', 'Add Comments', 'access'],
      ['16', 'DELETE_ISSUES', 'Delete Issues', 'admin'],
      ['46', 'TRANSITION_ISSUES', 'Transition Issues', 'access'],
    ] as const
  ).map(([id, key, name, needs]) => ({ id, key, name, type: 'PROJECT' as const, needs })),
];

export function permissionInfo(key: string): PermissionInfo | undefined {
  return PERMISSIONS.find((permission) => permission.key === key);
}

/** Whether whoever calls has a global permission. The app's own user is no administrator of the site. */
export function hasGlobal(site: Site, caller: Caller, key: string): boolean {
  if (permissionInfo(key)?.type !== 'GLOBAL' || caller.kind === 'app') return false;
  return userOf(site, caller.accountId)?.admin === true;
}

/**
 * Whether whoever calls has a permission in one project. Nobody has any permission where they may not browse. The app's own
 * user is in every project with every project permission, as its role is on a new Jira site; a project's own grants are for
 * people and do not touch it.
 */
export function hasInProject(site: Site, caller: Caller, key: string, project: Project): boolean {
  if (permissionInfo(key)?.type !== 'PROJECT') return false;
  if (caller.kind === 'app') return true;
  const user = userOf(site, caller.accountId);
  if (user === undefined || !mayEnter(user, project)) return false;
  return granted(user, 'BROWSE_PROJECTS', project) && granted(user, key, project);
}

/** Whether whoever calls has a permission at all: globally, or in some project of the site. */
export function hasAnywhere(state: SiteState, caller: Caller, key: string): boolean {
  if (permissionInfo(key)?.type === 'GLOBAL') return hasGlobal(state.site, caller, key);
  return state.projects().some((project) => hasInProject(state.site, caller, key, project));
}

function mayEnter(user: User, project: Project): boolean {
  return user.projectAccess !== false && (user.projects?.includes(project.key) ?? true);
}

function granted(user: User, key: string, project: Project): boolean {
  const grant = project.grants.get(key);
  if (grant !== undefined) return grant.has(user.accountId);
  return permissionInfo(key)?.needs === 'access' || user.admin;
}
