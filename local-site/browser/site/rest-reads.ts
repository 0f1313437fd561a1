import { z } from 'zod';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { SearchResult } from '../pages/search.ts';
import type { OpenTransition } from '../pages/open-transition.ts';

const Transitions = z.object({
  transitions: z.array(z.object({ id: z.string(), name: z.string() })),
});
const Search = z.object({
  issues: z.array(z.object({ key: z.string() })),
  isLast: z.boolean().optional(),
});
const Errors = z.object({ errorMessages: z.array(z.string()) });

const ISSUES_SHOWN = 50;

/** The transitions that the person may choose now, as Jira's REST API tells them: conditions of apps have been asked. */
export async function openTransitions(
  world: BrowserWorld,
  { site, user }: Visit,
  issueKey: string,
): Promise<readonly OpenTransition[]> {
  const caller = { kind: 'user', accountId: user.accountId } as const;
  const path = `/rest/api/3/issue/${issueKey}/transitions`;
  const { body } = await world.jira.rest(site, caller, 'GET', path, undefined);
  return Transitions.safeParse(body).data?.transitions ?? [];
}

/** The first issues that a query finds for the person. An empty query means all issues. */
export async function searched(
  world: BrowserWorld,
  { site, user }: Visit,
  jql: string,
): Promise<SearchResult> {
  const query = new URLSearchParams({
    jql: jql.trim() === '' ? 'created is not empty order by created' : jql,
    fields: 'summary',
    maxResults: String(ISSUES_SHOWN),
  });
  const caller = { kind: 'user', accountId: user.accountId } as const;
  const path = `/rest/api/3/search/jql?${query.toString()}`;
  const { status, body } = await world.jira.rest(site, caller, 'GET', path, undefined);
  const found = Search.safeParse(body).data;
  if (found !== undefined) return { issues: found.issues, more: found.isLast === false };
  const said = Errors.safeParse(body).data?.errorMessages.join(' ');
  return { problem: said ?? `Jira answered ${status}.` };
}
