import { confirmOverlay } from '../confirm-overlay.ts';
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
  readonly dashboardId?: string;
  readonly path?: string;
}

/** The address of a target of `router`; undefined for targets that this site does not have. */
export function urlOf(to: Target): string | undefined {
  const site = data.siteOrigin + data.base;
  const part = (value: string | undefined): string => encodeURIComponent(value ?? '');
  switch (to.target) {
    case 'issue':
      return `${site}/browse/${part(to.issueKey)}`;
    case 'dashboard':
      return `${site}/jira/dashboards/${part(to.dashboardId)}`;
    case 'projectSettingsDetails':
      return `${site}/projects/${part(to.projectKey)}`;
    case 'module': {
      const url = new URL(`${site}/jira/module/${part(to.moduleKey)}${to.path ?? ''}`);
      if (to.projectKey !== undefined) url.searchParams.set('project.key', to.projectKey);
      return url.href;
    }
    case undefined:
    default:
      reportUnmodelled('bridge', `navigation to ${to.target ?? 'nothing'}`);
      return undefined;
  }
}

/**
 * `router.navigate` and `router.open`. A path is one of the site's own; another site opens in a new tab after the person has
 * agreed, unless the manifest lists its host under `fetch.client` [doc: Forge, router].
 *
 * @throws when the person does not agree, or the target does not exist.
 */
export async function navigate(to: Target): Promise<void> {
  const own = to.url !== undefined && /^\/(?![/\\])/.test(to.url);
  const url =
    to.url === undefined ? urlOf(to) : own ? data.siteOrigin + data.base + to.url : to.url;
  if (url === undefined) throw new Error(`Cannot navigate to ${to.target ?? 'nothing'}.`);
  const { origin, host, protocol } = new URL(url, `${data.siteOrigin}/`);
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`Cannot navigate to ${url}.`);
  if (origin === data.siteOrigin) {
    if (to.type === 'new-tab') window.open(url, '_blank', 'noopener');
    else location.assign(url);
    return;
  }
  const agreed =
    knows(host) || (await confirmOverlay('You are leaving this site', url, 'Continue'));
  if (!agreed) throw new Error('The person did not want to leave the site.');
  window.open(url, '_blank', 'noopener');
}

function knows(host: string): boolean {
  return data.knownHosts.some((entry) => {
    const known = entry.replace(/^[a-z]+:\/\//, '').split('/')[0] ?? '';
    return (
      known === '*' || known === host || (known.startsWith('*.') && host.endsWith(known.slice(1)))
    );
  });
}
