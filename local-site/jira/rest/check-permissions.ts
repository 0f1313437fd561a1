import { z } from 'zod';
import type { Answer, Caller } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import { hasGlobal, hasInProject, permissionInfo } from '../permissions.ts';
import type { SiteState } from '../state/site-state.ts';
import { jsonBody } from './route.ts';
import type { RestRequest } from './route.ts';

const Numbers = z.array(z.number().int().nullable()).nullish();
const Asked = z.object({ permissions: z.array(z.string()), projects: Numbers, issues: Numbers });
const BulkRequest = z.object({
  accountId: z.string().nullish(),
  globalPermissions: z.array(z.string().nullable()).nullish(),
  projectPermissions: z.array(Asked.nullable()).nullish(),
});

/**
 * An app may ask for anybody from its server; a person may ask for somebody else only as administrator. Unknown ids
 * are ignored and left out, as Jira's OpenAPI document says.
 */
export function checkPermissions(request: RestRequest): Answer {
  const { state } = request;
  const parsed = BulkRequest.safeParse(jsonBody(request)?.value);
  if (!parsed.success) return jiraError(400, 'The request body does not match the schema.');
  const { accountId, globalPermissions, projectPermissions } = parsed.data;
  const subject = subjectOf(request, accountId ?? undefined);
  if (subject === undefined) return jiraError(403, 'You may check your own permissions only.');
  const globals = (globalPermissions ?? []).filter((key) => key !== null);
  const asked = (projectPermissions ?? []).filter((each) => each !== null);
  const problem = problemOf(globals, asked);
  if (problem !== undefined) return jiraError(400, problem);
  return json(200, {
    globalPermissions: globals.filter((key) => hasGlobal(state.site, subject, key)),
    projectPermissions: grantsOf(state, subject, asked),
  });
}

function problemOf(
  globals: readonly string[],
  asked: readonly z.infer<typeof Asked>[],
): string | undefined {
  if (asked.some(({ permissions }) => permissions.every((key) => key === ''))) {
    return 'At least one project permission must be given.';
  }
  const keys = asked.flatMap(({ permissions }) => permissions).filter((key) => key !== '');
  const wrong =
    globals.find((key) => permissionInfo(key)?.type !== 'GLOBAL') ??
    keys.find((key) => permissionInfo(key)?.type !== 'PROJECT');
  return wrong === undefined ? undefined : `Unrecognized permission: ${wrong}`;
}

/** Only permissions that hold for something of what was asked are answered. */
function grantsOf(
  state: SiteState,
  subject: Caller,
  asked: readonly z.infer<typeof Asked>[],
): unknown {
  const grants = new Map<string, { issues: Set<number>; projects: Set<number> }>();
  for (const { permissions, issues, projects } of asked) {
    for (const permission of permissions.filter((key) => key !== '')) {
      const grant = grants.get(permission) ?? { issues: new Set(), projects: new Set() };
      grants.set(permission, grant);
      for (const id of issues ?? []) {
        const issue = id === null ? undefined : state.issue(String(id));
        if (issue === undefined || id === null) continue;
        if (mayIn(state, subject, permission, issue.projectKey)) grant.issues.add(id);
      }
      for (const id of projects ?? []) {
        if (id !== null && mayIn(state, subject, permission, String(id))) grant.projects.add(id);
      }
    }
  }
  return [...grants]
    .filter(([, { issues, projects }]) => issues.size + projects.size > 0)
    .map(([permission, { issues, projects }]) => ({
      permission,
      issues: [...issues],
      projects: [...projects],
    }));
}

function mayIn(state: SiteState, subject: Caller, key: string, projectIdOrKey: string): boolean {
  const project = state.project(projectIdOrKey);
  return project !== undefined && hasInProject(state.site, subject, key, project);
}

function subjectOf({ state, caller }: RestRequest, accountId?: string): Caller | undefined {
  if (accountId === undefined) return caller;
  const own = caller.kind === 'user' && caller.accountId === accountId;
  const mayAsk = caller.kind === 'app' || own || hasGlobal(state.site, caller, 'ADMINISTER');
  return mayAsk ? { kind: 'user', accountId } : undefined;
}
