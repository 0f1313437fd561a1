import { NO_FAULTS } from '../../faults/index.ts';
import type { Answer, Caller, Site } from '../../types.ts';
import type { BrowserWorld } from '../options.ts';

/** Jira's REST API for a page or a Connect JWT, with what the plan of faults does to the call. */
export function jiraOfPages(
  { jira, faults = NO_FAULTS }: Pick<BrowserWorld, 'jira' | 'faults'>,
  site: Site,
  caller: Caller,
  method: string,
  path: string,
  body: string | undefined,
): Promise<Answer> {
  return faults.pass(
    'jira.site',
    `${site.slug} ${method} ${path.split('?')[0] ?? path}`,
    () => jira.rest(site, caller, method, path, body),
    (status) => ({
      status,
      body: { errorMessages: [`The request was not performed (${status}).`], errors: {} },
      ...(status === 429 ? { headers: { 'retry-after': '5' } } : {}),
    }),
  );
}
