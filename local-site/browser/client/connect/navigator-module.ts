import { readPageData } from '../page-data.ts';
import { reportUnmodelled } from '../server.ts';
import { connectHost } from './connect-host.ts';
import type { ModuleCallback } from './connect-host.ts';

const data = readPageData();

type Context = Readonly<Record<string, unknown>>;

/** `AP.navigator` [doc: Connect JavaScript API, Navigator]. */
export function defineNavigatorModule(): void {
  connectHost.defineModule('navigator', {
    go: (target: string, context: Context = {}) => {
      const path = pathOf(target, context);
      if (path === undefined) reportUnmodelled('connect', `AP.navigator.go ${target}`);
      else location.assign(data.base + path);
    },
    reload: () => {
      location.reload();
    },
    getLocation: (callback: ModuleCallback) => {
      callback(place());
    },
  });
}

/** The path below the site, for the targets that this site has. */
function pathOf(target: string, context: Context): string | undefined {
  const text = (name: string): string => encodeURIComponent(plain(context[name]));
  switch (target) {
    case 'issue':
      return `/browse/${text('issueKey')}`;
    case 'dashboard':
      return `/jira/dashboards/${text('dashboardId')}`;
    case 'projectAdminSummary':
      return `/projects/${text('projectKey')}`;
    case 'addonmodule':
    case 'addonModule':
      return modulePath(context);
    case 'site':
      return relative(context['relativeUrl']);
    default:
      return undefined;
  }
}

/** `customData` reaches the module's page as `ac.…` parameters. */
function modulePath(context: Context): string {
  const { addonKey, moduleKey, customData, context: about } = context;
  const query = new URLSearchParams();
  const issueOrProject = (about ?? {}) as Context;
  const projectKey =
    (issueOrProject['project'] as Context | undefined)?.['key'] ?? data.context.project?.key;
  if (typeof projectKey === 'string') query.set('project.key', projectKey);
  for (const [name, value] of Object.entries((customData ?? {}) as Context)) {
    query.set(`ac.${name}`, plain(value));
  }
  const app = encodeURIComponent(typeof addonKey === 'string' ? addonKey : data.appKey);
  return `/plugins/servlet/ac/${app}/${encodeURIComponent(plain(moduleKey))}?${query.toString()}`;
}

/** Ids come as texts or numbers. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function relative(url: unknown): string | undefined {
  return typeof url === 'string' && /^\/(?![/\\])/.test(url) ? url : undefined;
}

function place(): unknown {
  const { issue, project } = data.context;
  const context = {
    ...(issue && { issueKey: issue.key, issueId: issue.id }),
    ...(project && { projectKey: project.key, projectId: project.id }),
  };
  return { target: issue === undefined ? 'addonmodule' : 'issue', context };
}
