import type { Answer } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import { projectBean } from './beans.ts';
import { commaList } from './comma-list.ts';
import { deleteProperty, listProperties, readProperty, writeProperty } from './property-values.ts';
import { param } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { may, noProject, visibleProject } from './visible.ts';

const PROJECT = '/rest/api/3/project/:projectIdOrKey';
const PROPERTIES = `${PROJECT}/properties`;
const PROPERTY = `${PROPERTIES}/:propertyKey`;

/** Projects and their entity properties. The search comes first: its path looks like a project's. */
export const projectRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/api/3/project/search', handle: searchProjects },
  { method: 'GET', path: PROJECT, handle: getProject },
  { method: 'GET', path: PROPERTIES, handle: getProperties },
  { method: 'GET', path: PROPERTY, handle: getProperty },
  { method: 'PUT', path: PROPERTY, handle: putProperty },
  { method: 'DELETE', path: PROPERTY, handle: removeProperty },
];

function searchProjects(request: RestRequest): Answer {
  const { state, query } = request;
  const startAt = wholeNumber(query.get('startAt'), 0);
  const maxResults = Math.min(wholeNumber(query.get('maxResults'), 50), 50);
  const keys = commaList(query, 'keys');
  const ids = commaList(query, 'id');
  const found = may(request, 'BROWSE_PROJECTS')
    ? state
        .projects()
        .filter((project) => keys?.includes(project.key) ?? true)
        .filter((project) => ids?.includes(project.id) ?? true)
    : [];
  const page = found.slice(startAt, startAt + maxResults);
  return json(200, {
    self: `${state.site.baseUrl}/rest/api/3/project/search`,
    startAt,
    maxResults,
    total: found.length,
    isLast: startAt + page.length >= found.length,
    values: page.map((project) => projectBean(state.site, project)),
  });
}

function getProject(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  return json(200, projectBean(request.state.site, project));
}

function getProperties(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  const self = `${request.state.site.baseUrl}/rest/api/3/project/${project.id}/properties`;
  return listProperties(project.properties, self);
}

function getProperty(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  return readProperty(project.properties, param(request, 'propertyKey'));
}

function putProperty(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  if (!may(request, 'ADMINISTER_PROJECTS')) return notAdministrator();
  return writeProperty(project.properties, param(request, 'propertyKey'), request);
}

function removeProperty(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  if (!may(request, 'ADMINISTER_PROJECTS')) return notAdministrator();
  return deleteProperty(project.properties, param(request, 'propertyKey'));
}

function notAdministrator(): Answer {
  return jiraError(403, 'You do not have permission to administer this project.');
}

function wholeNumber(text: string | null, fallback: number): number {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value >= 0 ? value : fallback;
}
