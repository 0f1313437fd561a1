import type { Site, User } from '../../types.ts';
import type { IssueRecord } from '../issue-record.ts';
import type { Project, SiteState } from '../site-state.ts';

/** Jira writes times with a numeric zone and without a colon: `2026-11-22T10:00:00.000+0000`. */
export function jiraTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** Jira's `User`. */
export function userBean(site: Site, user: User): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/3/user?accountId=${encodeURIComponent(user.accountId)}`,
    accountId: user.accountId,
    accountType: 'atlassian',
    active: true,
    displayName: user.displayName,
    timeZone: 'Etc/UTC',
    locale: 'en_US',
    avatarUrls: {},
  };
}

/** Jira's `Project`, the part that a project search gives too. */
export function projectBean(site: Site, project: Project): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/3/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: 'software',
    simplified: false,
    style: 'classic',
    isPrivate: false,
    properties: {},
  };
}

/** Plain text as an Atlassian document; each empty line parts two paragraphs. */
function documentOf(text: string | undefined): unknown {
  if (text === undefined) return null;
  const content = text.split(/\n{2,}/).map((paragraph) => ({
    type: 'paragraph',
    content: [{ type: 'text', text: paragraph }],
  }));
  return { type: 'doc', version: 1, content };
}

/** Every field that the local site has for an issue. */
function issueFields(state: SiteState, issue: IssueRecord): Record<string, unknown> {
  const { site } = state;
  const project = state.project(issue.projectKey);
  const reporter = site.users[0];
  return {
    summary: issue.summary,
    description: documentOf(issue.description),
    issuetype: { id: '10001', name: issue.type, subtask: false },
    project: project === undefined ? null : projectBean(site, project),
    status: {
      id: '10000',
      name: 'To Do',
      statusCategory: { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' },
    },
    priority: { id: '3', name: 'Medium' },
    reporter: reporter === undefined ? null : userBean(site, reporter),
    assignee: null,
    labels: [],
    created: jiraTime(issue.createdAt),
    updated: jiraTime(issue.createdAt),
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
