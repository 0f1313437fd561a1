import type { Answer, Caller } from '../../types.ts';
import { refusedByScope } from '../scopes.ts';
import type { SiteState } from '../state/site-state.ts';
import type { JiraWorld } from '../world.ts';
import { matchRoute } from './match.ts';
import { ROUTES } from './routes.ts';

/** Answers one call of Jira's REST API: is it modelled, has the app the scope, and then the route's own rules. */
export async function answerCall(
  world: JiraWorld,
  state: SiteState,
  caller: Caller,
  call: { readonly method: string; readonly path: string; readonly body: string | undefined },
): Promise<Answer> {
  const url = new URL(call.path, 'http://site.invalid');
  const method = call.method.toUpperCase();
  const match = matchRoute(ROUTES, method, url.pathname);
  if (match === undefined) return world.register.refuse('jira', `${method} ${url.pathname}`);
  const { route, params } = match;
  const other = [...url.searchParams.keys()].find((name) => route.query?.includes(name) !== true);
  if (other !== undefined) {
    return world.register.refuse('jira', `${method} ${route.path} with '${other}'`);
  }
  const refused = refusedByScope(state.site, caller, route.scopes, world.scopes(state));
  if (refused !== undefined) return refused;
  const { searchParams: query } = url;
  return route.handle({ state, caller, params, query, body: call.body }, world);
}
