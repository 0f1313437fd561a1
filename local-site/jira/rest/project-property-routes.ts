import type { Answer } from '../../types.ts';
import { jiraError } from '../answers.ts';
import { deleteProperty, listProperties, readProperty, writeProperty } from './property-values.ts';
import { param } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { mayIn, noProject, visibleProject } from './visible.ts';

const PROPERTIES = '/rest/api/3/project/:projectIdOrKey/properties';
const PROPERTY = `${PROPERTIES}/:propertyKey`;

/** Entity properties of projects. */
export const projectPropertyRoutes: readonly Route[] = [
  { method: 'GET', path: PROPERTIES, scopes: SCOPES.readProjectProperty, handle: list },
  { method: 'GET', path: PROPERTY, scopes: SCOPES.readProjectProperty, handle: read },
  { method: 'PUT', path: PROPERTY, scopes: SCOPES.writeProjectProperty, handle: write },
  { method: 'DELETE', path: PROPERTY, scopes: SCOPES.deleteProjectProperty, handle: remove },
];

function list(request: RestRequest): Answer {
  const { state } = request;
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  const self = `${state.site.baseUrl}/rest/api/3/project/${project.id}/properties`;
  return listProperties(state.projectProperties(project), self);
}

function read(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  return readProperty(request.state.projectProperties(project), param(request, 'propertyKey'));
}

function write(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  if (!mayIn(request, 'ADMINISTER_PROJECTS', project)) return notAdministrator();
  const bag = request.state.projectProperties(project);
  return writeProperty(bag, param(request, 'propertyKey'), request);
}

function remove(request: RestRequest): Answer {
  const project = visibleProject(request);
  if (project === undefined) return noProject(request);
  if (!mayIn(request, 'ADMINISTER_PROJECTS', project)) return notAdministrator();
  return deleteProperty(request.state.projectProperties(project), param(request, 'propertyKey'));
}

function notAdministrator(): Answer {
  return jiraError(403, 'You do not have permission to administer this project.');
}
