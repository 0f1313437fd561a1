import { z } from 'zod';
import type { Answer } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import type { IssueRecord } from '../issue-record.ts';
import { JqlError, parseJql } from '../jql.ts';
import type { SiteState } from '../site-state.ts';
import type { Jql } from '../jql.ts';
import { issueBean } from './beans.ts';
import { commaList } from './comma-list.ts';
import { jsonBody } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { may } from './visible.ts';

/** Search with JQL. The old `/search` was removed by Atlassian [CHANGE-2046] and answers 410. */
export const searchRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/api/3/search/jql', handle: searchByQuery },
  { method: 'POST', path: '/rest/api/3/search/jql', handle: searchByBody },
  { method: 'GET', path: '/rest/api/3/search', handle: removed },
  { method: 'POST', path: '/rest/api/3/search', handle: removed },
];

/** The most issues of one page [Jira's OpenAPI]. */
const MAX_PAGE = 5_000;

const Search = z.object({
  jql: z.string().default(''),
  nextPageToken: z.string().nullish(),
  maxResults: z.coerce.number().int().min(0).default(50),
  fields: z.array(z.string()).default(['id']),
  properties: z.array(z.string()).default([]),
});

function searchByQuery(request: RestRequest): Answer {
  const { query } = request;
  return search(request, {
    jql: query.get('jql') ?? undefined,
    nextPageToken: query.get('nextPageToken'),
    maxResults: query.get('maxResults') ?? undefined,
    fields: commaList(query, 'fields'),
    properties: commaList(query, 'properties'),
  });
}

function searchByBody(request: RestRequest): Answer {
  return search(request, jsonBody(request)?.value);
}

function search(request: RestRequest, input: unknown): Answer {
  const parsed = Search.safeParse(input);
  if (!parsed.success) return jiraError(400, 'The request is not a valid search.');
  const { jql: text, nextPageToken, maxResults, fields, properties } = parsed.data;
  try {
    const jql = parseJql(text);
    const all = may(request, 'BROWSE_PROJECTS') ? found(request.state, jql) : [];
    const start = nextPageToken == null ? 0 : Number(nextPageToken);
    if (!Number.isInteger(start) || start < 0) return jiraError(400, 'Invalid nextPageToken.');
    const page = all.slice(start, start + Math.min(maxResults, MAX_PAGE));
    const end = start + page.length;
    const isLast = end >= all.length;
    return json(200, {
      issues: page.map((issue) => issueBean(request.state, issue, fields, properties)),
      isLast,
      ...(isLast ? {} : { nextPageToken: String(end) }),
    });
  } catch (error) {
    if (error instanceof JqlError) return jiraError(400, error.message);
    throw error;
  }
}

function found(state: SiteState, jql: Jql): readonly IssueRecord[] {
  const issues = candidates(state, jql).filter((issue) => jql.matches(issue));
  const direction = jql.descending ? -1 : 1;
  return issues.sort((a, b) => direction * (Number(a.id) - Number(b.id)));
}

/** Named issues are looked up; anything else walks the projects. */
function candidates(state: SiteState, jql: Jql): IssueRecord[] {
  if (jql.keys === undefined) return [...state.issues()];
  const named = jql.keys.map((key) => state.issue(key)).filter((issue) => issue !== undefined);
  return [...new Set(named)];
}

function removed(): Answer {
  return jiraError(410, 'The requested API has been removed. Please use /rest/api/3/search/jql.');
}
