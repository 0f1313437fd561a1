import type { Answer } from '../../types.ts';
import { jiraError } from '../answers.ts';
import { announceProperty } from '../issue-doors.ts';
import type { JiraWorld } from '../world.ts';
import { deleteProperty, listProperties, readProperty, writeProperty } from './property-values.ts';
import { param } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { mayIn, noIssue, visibleIssue } from './visible.ts';

const PROPERTIES = '/rest/api/3/issue/:issueIdOrKey/properties';
const PROPERTY = `${PROPERTIES}/:propertyKey`;

/** Entity properties of issues. */
export const issuePropertyRoutes: readonly Route[] = [
  { method: 'GET', path: PROPERTIES, scopes: SCOPES.readIssueProperty, handle: list },
  { method: 'GET', path: PROPERTY, scopes: SCOPES.readIssueProperty, handle: read },
  { method: 'PUT', path: PROPERTY, scopes: SCOPES.writeIssueProperty, handle: write },
  { method: 'DELETE', path: PROPERTY, scopes: SCOPES.deleteIssueProperty, handle: remove },
];

function list(request: RestRequest): Answer {
  const { state } = request;
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  const self = `${state.site.baseUrl}/rest/api/3/issue/${seen.issue.id}/properties`;
  return listProperties(state.issueProperties(seen.issue), self);
}

function read(request: RestRequest): Answer {
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  return readProperty(request.state.issueProperties(seen.issue), param(request, 'propertyKey'));
}

function write(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller } = request;
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  if (!mayIn(request, 'EDIT_ISSUES', seen.project)) {
    return jiraError(403, 'You do not have permission to edit issues in this project.');
  }
  const key = param(request, 'propertyKey');
  const answer = writeProperty(state.issueProperties(seen.issue), key, request);
  if (answer.status < 300) {
    const event = { event: 'issue_property_set', key } as const;
    world.background(announceProperty(world, state, seen.issue, event, caller));
  }
  return answer;
}

/** Without the permission to edit, 404: the only refusal that the OpenAPI document has for this call. */
function remove(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller } = request;
  const seen = visibleIssue(request);
  if (seen === undefined || !mayIn(request, 'EDIT_ISSUES', seen.project)) return noIssue();
  const key = param(request, 'propertyKey');
  const answer = deleteProperty(state.issueProperties(seen.issue), key);
  if (answer.status === 204) {
    const event = { event: 'issue_property_deleted', key } as const;
    world.background(announceProperty(world, state, seen.issue, event, caller));
  }
  return answer;
}
