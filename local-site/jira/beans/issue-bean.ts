import type { IssueRecord } from '../state/issue-record.ts';
import type { SiteState } from '../state/site-state.ts';
import { documentOf } from './document.ts';
import { projectBean } from './project-bean.ts';
import { statusBean } from './status-bean.ts';
import { anybodyBean, jiraTime } from './user-bean.ts';

/** Every field that the local site has for an issue. */
export function issueFields(state: SiteState, issue: IssueRecord): Record<string, unknown> {
  const { site } = state;
  const project = state.project(issue.projectKey);
  const reporter = anybodyBean(site, issue.reporterId ?? site.users[0]?.accountId);
  return {
    summary: issue.summary,
    description: documentOf(issue.description),
    issuetype: { id: '10001', name: issue.type, subtask: false },
    project: project === undefined ? null : projectBean(site, project),
    status: statusBean(site, issue.statusId),
    priority: { id: '3', name: 'Medium' },
    creator: reporter,
    reporter,
    assignee: anybodyBean(site, issue.assigneeId),
    labels: issue.labels,
    created: jiraTime(issue.createdAt),
    updated: jiraTime(issue.updatedAt),
  };
}

/**
 * Jira's `IssueBean` with the fields asked for: names, `*all`, `*navigable`, `-name` to leave one out. `undefined`
 * means all; `id` alone means no fields at all.
 */
export function issueBean(
  state: SiteState,
  issue: IssueRecord,
  wanted: readonly string[] | undefined,
  properties: readonly string[] = [],
): Record<string, unknown> {
  if (wanted?.length === 1 && wanted[0] === 'id') return { id: issue.id };
  const bean: Record<string, unknown> = {
    expand: '',
    id: issue.id,
    self: `${state.site.baseUrl}/rest/api/3/issue/${issue.id}`,
    key: issue.key,
    fields: chosen(issueFields(state, issue), wanted),
  };
  if (properties.length > 0) bean['properties'] = chosenProperties(issue, properties);
  return bean;
}

function chosen(
  fields: Record<string, unknown>,
  wanted: readonly string[] | undefined,
): Record<string, unknown> {
  if (wanted === undefined) return fields;
  const included = wanted.filter((name) => !name.startsWith('-'));
  const all = included.length === 0 || included.some((name) => name.startsWith('*'));
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) => (all || included.includes(name)) && !wanted.includes(`-${name}`),
    ),
  );
}

function chosenProperties(
  issue: IssueRecord,
  properties: readonly string[],
): Record<string, unknown> {
  const all = properties.includes('*all');
  return Object.fromEntries(
    [...issue.properties].filter(([key]) => all || properties.includes(key)),
  );
}
