import type { Answer } from '../../types.ts';
import { empty, jiraError, json } from '../answers.ts';
import { projectBean } from '../beans/project-bean.ts';
import { projectDeleted } from '../events/project-changes.ts';
import { hasGlobal } from '../permissions.ts';
import type { JiraWorld } from '../world.ts';
import { commaList } from './comma-list.ts';
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
