import type { Answer, Caller, Clock } from '../../types.ts';
import type { IssueRecord } from '../issue-record.ts';
import type { SiteState } from '../site-state.ts';

/** One REST call after matching. */
export interface RestRequest {
  readonly state: SiteState;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as it came; parse it where it is needed. */
  readonly body: string | undefined;
}

/** What handlers need besides the request. */
export interface RestWorld {
  readonly clock: Clock;
  /** Key of the app on the site, while there is one. */
  appKey(state: SiteState): string | undefined;
  /** Deletes the issue and tells those who want to know, without waiting for them. */
  deleteIssue(state: SiteState, issue: IssueRecord, caller: Caller): void;
}

export interface Route {
  readonly method: string;
  /** Path below the site; `:name` matches one segment. */
  readonly path: string;
  readonly handle: (request: RestRequest, world: RestWorld) => Answer;
}

/** The body as JSON, or undefined when it is absent or is not JSON. */
export function jsonBody(request: RestRequest): { value: unknown } | undefined {
  if (request.body === undefined) return undefined;
  try {
    return { value: JSON.parse(request.body) as unknown };
  } catch {
    return undefined;
  }
}

/** A parameter of the matched path. A route that asks for a name its path does not have is a mistake here. */
export function param(request: RestRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter :${name}.`);
  return value;
}
