import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { Place, Placed } from '../placements.ts';
import { createView } from '../view.ts';
import { subjectOf } from './subject.ts';

/** Below the site, in the order in which a key is looked for. */
const PATHS: readonly (readonly [Place, (key: string, projectKey: string) => string])[] = [
  ['admin', (key) => `/admin/${key}`],
  ['configure', (key) => `/admin/configure/${key}`],
  ['get-started', (key) => `/admin/get-started/${key}`],
  ['project', (key, projectKey) => `/projects/${projectKey}/apps/${key}`],
  ['project-settings', (key, projectKey) => `/projects/${projectKey}/settings/${key}`],
  ['global', (key) => `/apps/${key}`],
];

/**
 * Where an address that only names a module leads; undefined for any other address.
 *
 * - `/plugins/servlet/ac/<app key>/<module key>`, of Connect. While the module is Connect's, it is the module's page. Once a
 *   Forge page has the key, the query goes along and the whole old address stands in `x_atlassian_cf`, as base64 [doc:
 *   "Redirecting URLs from Connect to Forge"; CHANGE-3084]. A fragment is kept by the browser and is not part of it here.
 * - `/jira/module/<module key>/…`, which this site makes of the target `module` of Forge's router; what follows the key is a
 *   route of the app.
 */
export async function moduleTarget(world: BrowserWorld, visit: Visit): Promise<string | undefined> {
  const connect = /^\/plugins\/servlet\/ac\/([^/]+)\/([^/]+)$/.exec(visit.path);
  const forge = /^\/jira\/module\/([^/]+)(\/.*)?$/.exec(visit.path);
  if (connect !== null && decoded(connect[1]) !== world.connect.appKey(visit.site))
    return undefined;
  const key = decoded(connect?.[2] ?? forge?.[1]);
  if (key === '') return undefined;
  const projectKey = visit.query.get('project.key') ?? undefined;
  const found = await pageOf(world, visit, key, projectKey);
  if (found === undefined) return undefined;
  const query = new URLSearchParams(visit.query);
  query.delete('project.key');
  if (connect !== null && found.placed.kind === 'forge') {
    if (projectKey !== undefined) query.set('project.key', projectKey);
    const old = world.siteUrl + visit.base + visit.pathAndQuery;
    query.set('x_atlassian_cf', Buffer.from(old).toString('base64'));
  }
  const path = visit.base + found.path + (forge?.[2] ?? '');
  return path + (query.size === 0 ? '' : `?${query.toString()}`);
}

async function pageOf(
  world: BrowserWorld,
  visit: Visit,
  key: string,
  projectKey: string | undefined,
): Promise<{ placed: Placed; path: string } | undefined> {
  const view = await createView(world, visit, subjectOf(world, visit, { projectKey }) ?? {});
  for (const [place, pathOf] of PATHS) {
    const placed = view.placed(place).find((each) => each.key === key);
    if (placed === undefined || (place.startsWith('project') && projectKey === undefined)) continue;
    const path = pathOf(encodeURIComponent(key), encodeURIComponent(projectKey ?? ''));
    return { placed, path };
  }
  return undefined;
}

function decoded(segment = ''): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
