import type { Answer } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import { appBean, userBean } from '../beans/user-bean.ts';
import {
  hasAnywhere,
  hasGlobal,
  hasInProject,
  permissionInfo,
  PERMISSIONS,
} from '../permissions.ts';
import { APP_ACCOUNT_ID, userOf } from '../users.ts';
import { checkPermissions } from './check-permissions.ts';
import { commaList } from './comma-list.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { noIssue, seenIssue, seenProject } from './visible.ts';

/** Who am I, and what may I do. */
export const permissionRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/api/3/myself', scopes: SCOPES.myself, handle: myself },
  {
    ...{ method: 'GET', path: '/rest/api/3/mypermissions', handle: myPermissions },
    ...{ scopes: SCOPES.permissions },
    query: ['permissions', 'issueKey', 'issueId', 'projectKey', 'projectId'],
  },
  {
    ...{ method: 'POST', path: '/rest/api/3/permissions/check', handle: checkPermissions },
    scopes: SCOPES.checkPermissions,
  },
];

function myself({ state, caller }: RestRequest): Answer {
  if (caller.kind === 'app') return json(200, appBean(state.site, APP_ACCOUNT_ID));
  const user = userOf(state.site, caller.accountId);
  if (user === undefined) return jiraError(401, 'Client must be authenticated.');
  return json(200, userBean(state.site, user));
}

/** Without an issue or a project, a project permission counts when the person has it somewhere. */
function myPermissions(request: RestRequest): Answer {
  const { state, caller, query } = request;
  const keys = commaList(query, 'permissions') ?? [];
  if (keys.length === 0) return jiraError(400, "The 'permissions' query parameter is required.");
  const unknown = keys.filter((key) => permissionInfo(key) === undefined);
  if (unknown.length > 0) return jiraError(400, `Unrecognized permission: ${unknown.join(', ')}`);
  const issueId = query.get('issueKey') ?? query.get('issueId');
  const projectId = query.get('projectKey') ?? query.get('projectId');
  const issue = issueId === null ? undefined : seenIssue(request, issueId);
  if (issueId !== null && issue === undefined) return noIssue();
  const asked = projectId === null ? undefined : seenProject(request, projectId);
  if (projectId !== null && asked === undefined) {
    return jiraError(404, 'No project could be found.');
  }
  const project = issue?.project ?? asked;
  const permissions = PERMISSIONS.filter(({ key }) => keys.includes(key)).map((permission) => {
    const { id, key, name, type } = permission;
    const havePermission =
      project === undefined || type === 'GLOBAL'
        ? hasAnywhere(state, caller, key)
        : hasInProject(state.site, caller, key, project);
    return [key, { id, key, name, type, description: name, havePermission }] as const;
  });
  return json(200, { permissions: Object.fromEntries(permissions) });
}

/** Whether whoever calls administers the site. */
export function isAdministrator({ state, caller }: RestRequest): boolean {
  return hasGlobal(state.site, caller, 'ADMINISTER');
}
