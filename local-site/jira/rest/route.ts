import type { Answer, Caller } from '../../types.ts';
import type { RouteScopes } from '../scopes.ts';
import type { SiteState } from '../state/site-state.ts';
import type { JiraWorld } from '../world.ts';

/** One REST call after matching. */
export interface RestRequest {
  readonly state: SiteState;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as it came; parse it where it is needed. */
  readonly body: string | undefined;
}

export interface Route {
  readonly method: string;
  /** Path below the site; `:name` matches one segment. */
  readonly path: string;
  readonly scopes: RouteScopes;
  /** Query parameters that are modelled. Any other is answered 501: it would change the answer in Jira. */
  readonly query?: readonly string[];
  readonly handle: (request: RestRequest, world: JiraWorld) => Answer | Promise<Answer>;
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
