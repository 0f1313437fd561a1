import { z } from 'zod';
import type { Answer } from '../../types.ts';
import { empty, fieldErrors, jiraError, json } from '../answers.ts';
import { projectBean } from '../beans/project-bean.ts';
import { projectDeleted } from '../events/project-changes.ts';
import { hasGlobal } from '../permissions.ts';
import { userOf } from '../users.ts';
import type { JiraWorld } from '../world.ts';
import { commaList } from './comma-list.ts';
import { jsonBody } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { mayIn, noProject, visibleProject } from './visible.ts';

const PROJECT = '/rest/api/3/project/:projectIdOrKey';

/** Projects. The search comes first: its path looks like a project's. */
export const projectRoutes: readonly Route[] = [
  {
    ...{ method: 'GET', path: '/rest/api/3/project/search', handle: search },
    ...{ scopes: SCOPES.readProject, query: ['startAt', 'maxResults', 'id', 'keys'] },
  },
  { method: 'POST', path: '/rest/api/3/project', scopes: SCOPES.createProject, handle: create },
  { method: 'GET', path: PROJECT, scopes: SCOPES.readProject, handle: read },
  {
    ...{ method: 'DELETE', path: PROJECT, scopes: SCOPES.deleteProject, handle: remove },
    query: ['enableUndo'],
  },
];

function search(request: RestRequest): Answer {
  const { state, query } = request;
  const startAt = wholeNumber(query.get('startAt'), 0);
  const maxResults = Math.min(wholeNumber(query.get('maxResults'), 50), 50);
  const keys = commaList(query, 'keys');
  const ids = commaList(query, 'id');
  const found = state
    .projects()
    .filter((project) => mayIn(request, 'BROWSE_PROJECTS', project))
    .filter((project) => keys?.includes(project.key) ?? true)
    .filter((project) => ids?.includes(project.id) ?? true);
  const page = found.slice(startAt, startAt + maxResults);
  return json(200, {
    self: `${state.site.baseUrl}/rest/api/3/project/search`,
    ...{ startAt, maxResults, total: found.length },
    isLast: startAt + page.length >= found.length,
    values: page.map((project) => projectBean(state.site, project)),
  });
}

const NewProject = z.object({
  key: z.string().regex(/^[A-Z][A-Z0-9_]{1,9}$/),
  name: z.string().trim().min(1).max(80),
  projectTypeKey: z.literal('software').optional(),
  leadAccountId: z.string().optional(),
});
const UNMODELLED = ['assigneeType', 'avatarId', 'categoryId', 'description', 'url'];

/** Needs an administrator of Jira [OpenAPI]. Every project has the same workflow; schemes and templates are not modelled. */
function create(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller } = request;
  if (!hasGlobal(state.site, caller, 'ADMINISTER')) {
    return jiraError(403, 'You do not have permission to create projects.');
  }
  const raw = jsonBody(request)?.value;
  const parsed = NewProject.safeParse(raw);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'project');
    return fieldErrors({ [field]: 'It is missing, or not what a project may have.' });
  }
  const other = Object.keys(raw as object).find(
    (member) => UNMODELLED.includes(member) || /(?:Scheme|Template)(?:Id|Key)?$/.test(member),
  );
  if (other !== undefined) return world.register.refuse('jira', `'${other}' of a new project`);
  const { key, name, leadAccountId } = parsed.data;
  if (leadAccountId !== undefined && userOf(state.site, leadAccountId) === undefined) {
    return fieldErrors({ leadAccountId: 'There is no such person.' });
  }
  if (state.project(key) !== undefined) {
    return fieldErrors({ projectKey: `A project with the key ${key} exists.` });
  }
  const { id } = state.addProject(key, name);
  const self = `${state.site.baseUrl}/rest/api/3/project/${id}`;
  return json(201, { id: Number(id), key, self });
}

function read(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  return json(200, projectBean(request.state.site, project));
}

/**
 * Needs an administrator of Jira [OpenAPI]. With `enableUndo`, which is the default, the project goes to the bin; taking it
 * out again is not modelled.
 */
function remove(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller, query } = request;
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  if (!hasGlobal(state.site, caller, 'ADMINISTER')) {
    return jiraError(401, 'You do not have permission to delete this project.');
  }
  const soft = query.get('enableUndo') !== 'false';
  const change = projectDeleted(state, project, { soft, caller, at: world.clock.now() });
  state.removeProject(project);
  world.background(world.tell(state, change));
  return empty(204);
}

function wholeNumber(text: string | null, fallback: number): number {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value >= 0 ? value : fallback;
}
