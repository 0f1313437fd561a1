import type { IncomingMessage } from 'node:http';
import { userOf } from '../../jira/index.ts';
import type { Site, User } from '../../types.ts';
import type { BrowserWorld } from '../options.ts';
import { cookieOf } from './cookies.ts';

/** One request to the site server: which site, which path below it, who is looking. */
export interface Visit {
  readonly site: Site;
  /** Path prefix of the site: empty, or `/sites/<slug>`. */
  readonly base: string;
  readonly method: string;
  /** Below the site, without the query; begins with a slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `path` with the query as it came. */
  readonly pathAndQuery: string;
  readonly user: User;
  readonly theme: 'light' | 'dark';
  /** `en-US` and `Etc/UTC` for everybody: the local site has no settings of a person. */
  readonly locale: string;
  readonly timeZone: string;
}

/** Name of the cookie that remembers the theme, for all sites. */
export const THEME_COOKIE = 'local_theme';

/** Works out the visit; undefined when the URL names no site or the site has no users. */
export function visitOf(world: BrowserWorld, request: IncomingMessage): Visit | undefined {
  const raw = request.url ?? '/';
  const slug = /^\/sites\/([\w-]+)(?=[/?]|$)/.exec(raw)?.[1];
  const site = slug === undefined ? firstOf(world.sites) : world.sites.get(slug);
  if (site === undefined) return undefined;
  const base = slug === undefined ? '' : `/sites/${slug}`;
  const below = raw.slice(base.length);
  const url = new URL(below === '' ? '/' : below, 'http://site.invalid');
  const user = userOf(site, cookieOf(request, userCookie(site))) ?? site.users[0];
  if (user === undefined) return undefined;
  return {
    site,
    base,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    pathAndQuery: url.pathname + url.search,
    user,
    theme: cookieOf(request, THEME_COOKIE) === 'dark' ? 'dark' : 'light',
    locale: 'en-US',
    timeZone: 'Etc/UTC',
  };
}

/** Name of the cookie that remembers who is looking at a site. */
export function userCookie(site: Site): string {
  return `local_user_${site.slug}`;
}

function firstOf(sites: ReadonlyMap<string, Site>): Site | undefined {
  for (const site of sites.values()) return site;
  return undefined;
}
