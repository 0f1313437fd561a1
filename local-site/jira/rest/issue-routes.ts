import type { Answer } from '../../types.ts';
import { empty, jiraError, json } from '../answers.ts';
import { issueBean } from './beans.ts';
import { commaList } from './comma-list.ts';
import { deleteProperty, listProperties, readProperty, writeProperty } from './property-values.ts';
import { param } from './route.ts';
import type { RestRequest, RestWorld, Route } from './route.ts';
import { may, noIssue, visibleIssue } from './visible.ts';

const ISSUE = '/rest/api/3/issue/:issueIdOrKey';
const PROPERTIES = `${ISSUE}/properties`;
const PROPERTY = `${PROPERTIES}/:propertyKey`;

/** Issues and their entity properties. */
export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: ISSUE, handle: getIssue },
  { method: 'DELETE', path: ISSUE, handle: deleteIssue },
  { method: 'GET', path: PROPERTIES, handle: getProperties },
  { method: 'GET', path: PROPERTY, handle: getProperty },
  { method: 'PUT', path: PROPERTY, handle: putProperty },
  { method: 'DELETE', path: PROPERTY, handle: removeProperty },
];

function getIssue(request: RestRequest): Answer {
  const issue = visibleIssue(request);
  if (issue === undefined) return noIssue();
  const fields = commaList(request.query, 'fields');
  const properties = commaList(request.query, 'properties');
  return json(200, issueBean(request.state, issue, fields, properties));
}

function deleteIssue(request: RestRequest, world: RestWorld): Answer {
  const issue = visibleIssue(request);
  if (issue === undefined) return noIssue();
  if (!may(request, 'DELETE_ISSUES')) {
    return jiraError(403, 'You do not have permission to delete issues in this project.');
  }
  world.deleteIssue(request.state, issue, request.caller);
  return empty(204);
}

function getProperties(request: RestRequest): Answer {
  const issue = visibleIssue(request);
  if (issue === undefined) return noIssue();
  const self = `${request.state.site.baseUrl}/rest/api/3/issue/${issue.id}/properties`;
  return listProperties(issue.properties, self);
}

function getProperty(request: RestRequest): Answer {
  const issue = visibleIssue(request);
  if (issue === undefined) return noIssue();
  return readProperty(issue.properties, param(request, 'propertyKey'));
}

function putProperty(request: RestRequest): Answer {
  const issue = visibleIssue(request);
  if (issue === undefined) return noIssue();
  if (!may(request, 'EDIT_ISSUES')) return jiraError(403, 'You do not have permission to edit it.');
  return writeProperty(issue.properties, param(request, 'propertyKey'), request);
}

function removeProperty(request: RestRequest): Answer {
  const issue = visibleIssue(request);
  if (issue === undefined || !may(request, 'EDIT_ISSUES')) return noIssue();
  return deleteProperty(issue.properties, param(request, 'propertyKey'));
}
