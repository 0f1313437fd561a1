import { readPageData } from '../page-data.ts';
import { reportUnmodelled } from '../server.ts';

const data = readPageData();

interface Target {
  readonly url?: string;
  readonly type?: 'same-tab' | 'new-tab';
  readonly target?: string;
  readonly issueKey?: string;
  readonly projectKey?: string;
  readonly moduleKey?: string;
}

/** The address of a target of `router`; undefined for targets that this site does not have. */
export function urlOf(to: Target): string | undefined {
  const site = data.siteOrigin + data.base;
  if (to.url !== undefined) return new URL(to.url, `${site}/`).href;
  if (to.target === 'issue') return `${site}/browse/${to.issueKey ?? ''}`;
  if (to.target === 'projectSettingsDetails') return `${site}/projects/${to.projectKey ?? ''}`;
  if (to.target === 'module') {
    return `${site}/plugins/servlet/ac/${data.appKey}/${to.moduleKey ?? ''}`;
  }
  reportUnmodelled('bridge', `navigation to ${to.target ?? 'nothing'}`);
  return undefined;
}

/** `router.navigate` and `router.open`. A path is one of the site's own; the context path goes in front. */
export function navigate(to: Target): void {
  const own = to.url !== undefined && /^\/(?![/\\])/.test(to.url);
  const url = own ? data.siteOrigin + data.base + (to.url ?? '') : urlOf(to);
  if (url === undefined) throw new Error(`Cannot navigate to ${to.target ?? 'nothing'}.`);
  if (to.type === 'new-tab') window.open(url, '_blank', 'noopener');
  else location.assign(url);
}
