import { z } from 'zod';
import type { Answer } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import { issueBean } from '../beans/issue-bean.ts';
import { JqlError, searchIssues } from '../jql/index.ts';
import { jqlWorld } from '../world.ts';
import type { JiraWorld } from '../world.ts';
import { commaList } from './comma-list.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { jsonBody } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';

/** Search with JQL. The old `/search` was removed by Atlassian [CHANGE-2046] and answers 410. */
export const searchRoutes: readonly Route[] = [
  {
    ...{ method: 'GET', path: '/rest/api/3/search/jql', handle: searchByQuery },
    ...{ scopes: SCOPES.searchByQuery },
    query: ['jql', 'nextPageToken', 'maxResults', 'fields', 'properties'],
  },
  {
    ...{ method: 'POST', path: '/rest/api/3/search/jql', handle: searchByBody },
    scopes: SCOPES.searchByBody,
  },
  {
    ...{ method: 'GET', path: '/rest/api/3/search', handle: removed, scopes: SCOPES.searchByQuery },
    query: ['jql', 'startAt', 'maxResults', 'validateQuery', 'fields', 'expand', 'properties'],
  },
  {
    ...{ method: 'POST', path: '/rest/api/3/search', handle: removed, scopes: SCOPES.searchByBody },
  },
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

function searchByQuery(request: RestRequest, world: JiraWorld): Answer {
  const { query } = request;
  return search(request, world, {
    jql: query.get('jql') ?? undefined,
    nextPageToken: query.get('nextPageToken'),
    maxResults: query.get('maxResults') ?? undefined,
    fields: commaList(query, 'fields'),
    properties: commaList(query, 'properties'),
  });
}

function searchByBody(request: RestRequest, world: JiraWorld): Answer {
  const body = jsonBody(request)?.value;
  const known = Object.keys(Search.shape);
  const other = Object.keys(typeof body === 'object' && body !== null ? body : {}).find(
    (name) => !known.includes(name),
  );
  if (other !== undefined) {
    return world.register.refuse('jira', `'${other}' of POST /rest/api/3/search/jql`);
  }
  return search(request, world, body);
}

function search(request: RestRequest, world: JiraWorld, input: unknown): Answer {
  const { state, caller } = request;
  const parsed = Search.safeParse(input);
  if (!parsed.success) return jiraError(400, 'The request is not a valid search.');
  const { jql, nextPageToken: token, maxResults, fields, properties } = parsed.data;
  const now = world.clock.now();
  const start = token == null ? 0 : readPageToken(token, jql, now);
  if (start === undefined) return jiraError(400, 'The provided next page token is invalid.');
  try {
    const all = searchIssues(jqlWorld(world, state, caller), jql);
    const page = all.slice(start, start + Math.min(maxResults, MAX_PAGE));
    const end = start + page.length;
    const isLast = end >= all.length;
    const until = now + world.switches.pageTokenLifeMs;
    return json(200, {
      issues: page.map((issue) => issueBean(state, issue, fields, properties)),
      isLast,
      ...(isLast ? {} : { nextPageToken: pageToken(end, jql, until) }),
    });
  } catch (error) {
    if (!(error instanceof JqlError)) throw error;
    if (error.code === 'JQL_NOT_MODELLED') return world.register.refuse('jira', error.message);
    return jiraError(400, error.message);
  }
}

function removed(): Answer {
  return jiraError(410, 'The requested API has been removed. Please use /rest/api/3/search/jql.');
}
