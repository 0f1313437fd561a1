import { z } from 'zod';
import type { Answer, Caller } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import { callerHas, PERMISSIONS, permissionInfo } from '../permissions.ts';
import { userOf } from '../users.ts';
import { userBean } from './beans.ts';
import { commaList } from './comma-list.ts';
import { jsonBody } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { may, noIssue } from './visible.ts';

/** Who am I, and what may I do. */
export const permissionRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/api/3/myself', handle: myself },
  { method: 'GET', path: '/rest/api/3/mypermissions', handle: myPermissions },
  { method: 'POST', path: '/rest/api/3/permissions/check', handle: checkPermissions },
];

/** The app has an account of its own on every site [Connect documentation]; this id is ours. */
const APP_ACCOUNT = {
  accountId: '557058:app00000-0000-4000-8000-000000000000',
  accountType: 'app',
  active: true,
  displayName: 'App user',
  timeZone: 'Etc/UTC',
  locale: 'en_US',
  avatarUrls: {},
};

function myself(request: RestRequest): Answer {
  const { state, caller } = request;
  if (caller.kind === 'app') {
    const self = `${state.site.baseUrl}/rest/api/3/user?accountId=${APP_ACCOUNT.accountId}`;
    return json(200, { self, ...APP_ACCOUNT });
  }
  const user = userOf(state.site, caller.accountId);
  if (user === undefined) return jiraError(401, 'Client must be authenticated.');
  return json(200, userBean(state.site, user));
}

function myPermissions(request: RestRequest): Answer {
  const { state, caller, query } = request;
  const keys = commaList(query, 'permissions') ?? [];
  if (keys.length === 0) return jiraError(400, "The 'permissions' query parameter is required.");
  const unknown = keys.filter((key) => permissionInfo(key) === undefined);
  if (unknown.length > 0) return jiraError(400, `Unrecognized permission: ${unknown.join(', ')}`);
  const issue = query.get('issueKey') ?? query.get('issueId');
  const project = query.get('projectKey') ?? query.get('projectId');
  const hidden = !may(request, 'BROWSE_PROJECTS');
  if (issue !== null && (hidden || state.issue(issue) === undefined)) return noIssue();
  if (project !== null && (hidden || state.project(project) === undefined)) {
    return jiraError(404, 'No project could be found.');
  }
  const permissions = PERMISSIONS.filter(({ key }) => keys.includes(key)).map((permission) => {
    const { id, key, name, type } = permission;
    const havePermission = callerHas(state.site, caller, key);
    return [key, { id, key, name, type, description: name, havePermission }] as const;
  });
  return json(200, { permissions: Object.fromEntries(permissions) });
}

const numbers = z.array(z.number().int().nullable()).nullish();
const BulkRequest = z.object({
  accountId: z.string().nullish(),
  globalPermissions: z.array(z.string().nullable()).nullish(),
  projectPermissions: z
    .array(
      z.object({ permissions: z.array(z.string()), projects: numbers, issues: numbers }).nullable(),
    )
    .nullish(),
});

/**
 * An app may ask for anybody from its server; a person may ask for somebody else only as administrator. Unknown ids
 * are ignored and left out, as Jira's OpenAPI document says.
 */
function checkPermissions(request: RestRequest): Answer {
  const { state } = request;
  const parsed = BulkRequest.safeParse(jsonBody(request)?.value);
  if (!parsed.success) return jiraError(400, 'The request body does not match the schema.');
  const { accountId, globalPermissions, projectPermissions } = parsed.data;
  const subject = subjectOf(request, accountId ?? undefined);
  if (subject === undefined) return jiraError(403, 'You may check your own permissions only.');
  const globals = (globalPermissions ?? []).filter((key) => key !== null);
  const wrong = globals.find((key) => permissionInfo(key)?.type !== 'GLOBAL');
  if (wrong !== undefined) return jiraError(400, `Unrecognized permission: ${wrong}`);

  const grants = new Map<string, { issues: Set<number>; projects: Set<number> }>();
  for (const asked of projectPermissions ?? []) {
    if (asked === null) continue;
    const keys = asked.permissions.filter((key) => key !== '');
    if (keys.length === 0) return jiraError(400, 'At least one project permission must be given.');
    for (const key of keys) {
      if (permissionInfo(key)?.type !== 'PROJECT') {
        return jiraError(400, `Unrecognized permission: ${key}`);
      }
      if (!callerHas(state.site, subject, key)) continue;
      const grant = grants.get(key) ?? { issues: new Set(), projects: new Set() };
      grants.set(key, grant);
      for (const id of asked.issues ?? []) {
        if (id !== null && state.issue(String(id)) !== undefined) grant.issues.add(id);
      }
      for (const id of asked.projects ?? []) {
        if (id !== null && state.project(String(id)) !== undefined) grant.projects.add(id);
      }
    }
  }
  return json(200, {
    globalPermissions: globals.filter((key) => callerHas(state.site, subject, key)),
    projectPermissions: [...grants].map(([permission, { issues, projects }]) => ({
      permission,
      issues: [...issues],
      projects: [...projects],
    })),
  });
}

function subjectOf(request: RestRequest, accountId: string | undefined): Caller | undefined {
  const { caller } = request;
  if (accountId === undefined) return caller;
  const own = caller.kind === 'user' && caller.accountId === accountId;
  if (caller.kind === 'app' || own || may(request, 'ADMINISTER'))
    return { kind: 'user', accountId };
  return undefined;
}
