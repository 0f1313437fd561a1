import type { Answer } from '../../types.ts';
import { empty, fieldErrors, jiraError, json } from '../answers.ts';
import { issueBean } from '../beans/issue-bean.ts';
import { actorOf } from '../events/actor.ts';
import { announceIssue, deleteIssue, editIssue } from '../issue-doors.ts';
import type { JiraWorld } from '../world.ts';
import { commaList } from './comma-list.ts';
import { issueInput } from './issue-input.ts';
import type { IssueInput } from './issue-input.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { mayIn, noIssue, seenProject, visibleIssue } from './visible.ts';

const ISSUE = '/rest/api/3/issue/:issueIdOrKey';

/** Issues. Editing knows the fields of `issue-input.ts`; moving to another project or type is not modelled. */
export const issueRoutes: readonly Route[] = [
  { method: 'POST', path: '/rest/api/3/issue', scopes: SCOPES.createIssue, handle: create },
  {
    ...{ method: 'GET', path: ISSUE, scopes: SCOPES.readIssue, handle: read },
    query: ['fields', 'properties', 'updateHistory'],
  },
  {
    ...{ method: 'PUT', path: ISSUE, scopes: SCOPES.editIssue, handle: edit },
    query: ['notifyUsers'],
  },
  {
    ...{ method: 'DELETE', path: ISSUE, scopes: SCOPES.deleteIssue, handle: remove },
    query: ['deleteSubtasks'],
  },
];

function create(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller } = request;
  const input = issueInput(request);
  if ('kind' in input) return problem(world, input);
  const project = seenProject(request, input.project?.key ?? input.project?.id ?? '');
  if (project === undefined) return fieldErrors({ project: 'Specify a valid project ID or key' });
  if (!mayIn(request, 'CREATE_ISSUES', project)) {
    // Jira answers 400 here and keeps 403 for the rest of the permissions [ours, from the OpenAPI document's texts].
    return fieldErrors({ project: 'You cannot create issues in this project.' });
  }
  if (input.type === undefined) return fieldErrors({ issuetype: 'Specify an issue type' });
  if (input.summary === undefined) {
    return fieldErrors({ summary: 'You must specify a summary of the issue.' });
  }
  const { summary, type, description } = input;
  const seed = { projectKey: project.key, summary, type };
  const issue = state.addIssue(
    description === undefined ? seed : { ...seed, description },
    world.clock.now(),
    actorOf(caller),
  );
  const { assigneeId, labels } = input;
  const rest = { assigneeId, ...(labels === undefined ? {} : { labels }) };
  if (assigneeId !== undefined || labels !== undefined) {
    state.editIssue(issue, rest, issue.createdAt);
  }
  for (const { key, value } of input.properties) state.issueProperties(issue).set(key, value);
  world.background(announceIssue(world, state, issue, caller));
  const self = `${state.site.baseUrl}/rest/api/3/issue/${issue.id}`;
  return json(201, { id: issue.id, key: issue.key, self });
}

function read(request: RestRequest): Answer {
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  const fields = commaList(request.query, 'fields');
  const properties = commaList(request.query, 'properties');
  return json(200, issueBean(request.state, seen.issue, fields, properties));
}

function edit(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller } = request;
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  if (!mayIn(request, 'EDIT_ISSUES', seen.project)) {
    return jiraError(403, 'You do not have permission to edit issues in this project.');
  }
  const input = issueInput(request);
  if ('kind' in input) return problem(world, input);
  const { project, type, properties, ...fields } = input;
  if (project !== undefined || type !== undefined) {
    return world.register.refuse('jira', 'moving an issue to another project or type');
  }
  for (const { key, value } of properties) state.issueProperties(seen.issue).set(key, value);
  world.background(editIssue(world, state, seen.issue, fields, caller));
  return empty(204);
}

function remove(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller } = request;
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  if (!mayIn(request, 'DELETE_ISSUES', seen.project)) {
    return jiraError(403, 'You do not have permission to delete issues in this project.');
  }
  world.background(deleteIssue(world, state, seen.issue, caller));
  return empty(204);
}

function problem(
  world: JiraWorld,
  found: Exclude<ReturnType<typeof issueInput>, IssueInput>,
): Answer {
  if (found.kind === 'refused') return fieldErrors(found.errors);
  return world.register.refuse('jira', found.what);
}
