import type { ServerResponse } from 'node:http';
import { seeOther, sendPage } from '../http/replies.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { adminPage } from '../pages/admin.ts';
import { appPage } from '../pages/app-page.ts';
import type { AppPageHome } from '../pages/app-page.ts';
import { dashboardPage } from '../pages/dashboard.ts';
import { dashboardsPage } from '../pages/dashboards.ts';
import { homePage, projectPage } from '../pages/home.ts';
import type { Html } from '../pages/html.ts';
import { issuePage } from '../pages/issue.ts';
import { messagePage } from '../pages/message.ts';
import { searchPage } from '../pages/search.ts';
import type { Place } from '../placements.ts';
import { createView } from '../view.ts';
import type { View } from '../view.ts';
import { moduleTarget } from './module-address.ts';
import { openTransitions, searched } from './rest-reads.ts';
import { subjectOf } from './subject.ts';
import { workflowPages } from './workflow-pages.ts';
import type { Found } from './found-page.ts';

/** The pages for people. What does not exist and what one may not see answer alike, as in Jira. */
export async function pagesDoor(
  world: BrowserWorld,
  visit: Visit,
  response: ServerResponse,
): Promise<void> {
  const target = await moduleTarget(world, visit);
  if (target !== undefined) {
    seeOther(response, target);
    return;
  }
  const { status, page } = await find(world, visit);
  sendPage(response, status, page);
}

async function find(world: BrowserWorld, visit: Visit): Promise<Found> {
  const [, first = '', second, third, fourth] = visit.path.split('/').map(decoded);
  if (first === 'browse' && second !== undefined) return issue(world, visit, second);
  if (first === 'projects' && second !== undefined) {
    return project(world, visit, second, third, fourth);
  }
  const view = await createView(world, visit, {});
  switch (first) {
    case '':
      return ok(homePage(view));
    case 'issues': {
      const jql = visit.query.get('jql') ?? '';
      return ok(searchPage(view, jql, await searched(world, visit, jql)));
    }
    case 'jira':
      return second === 'dashboards' ? dashboards(view, third) : missing(view);
    case 'admin':
      return admin(view, second, third);
    case 'apps':
      return app(view, 'global', second, { section: 'apps', path: `/apps/${second ?? ''}` });
    default:
      return missing(view);
  }
}

async function issue(world: BrowserWorld, visit: Visit, key: string): Promise<Found> {
  const subject = subjectOf(world, visit, { issueKey: key });
  if (subject?.project === undefined || subject.issue === undefined) {
    return missing(await createView(world, visit, {}));
  }
  const view = await createView(world, visit, subject);
  const transitions = await openTransitions(world, visit, subject.issue.key);
  return ok(issuePage(view, subject.issue, subject.project, transitions));
}

async function project(
  world: BrowserWorld,
  visit: Visit,
  key: string,
  area: string | undefined,
  rest: string | undefined,
): Promise<Found> {
  const subject = subjectOf(world, visit, { projectKey: key });
  const found = subject?.project;
  if (subject === undefined || found === undefined) {
    return missing(await createView(world, visit, {}));
  }
  const view = await createView(world, visit, subject);
  const home = (path: string): AppPageHome => ({
    section: 'projects',
    path: `/projects/${found.key}/${path}/${encodeURIComponent(rest ?? '')}`,
    project: found,
  });
  switch (area) {
    case undefined:
    case '':
      return ok(projectPage(view, found));
    case 'apps':
      return app(view, 'project', rest, home('apps'));
    case 'settings':
      return app(view, 'project-settings', rest, home('settings'));
    case 'workflow':
      return workflowPages(view, found) ?? missing(view);
    default:
      return missing(view);
  }
}

function dashboards(view: View, id: string | undefined): Found {
  if (id === undefined || id === '') return ok(dashboardsPage(view));
  const dashboard = view.world.jira.dashboards.get(view.visit.site, id);
  return dashboard === undefined ? missing(view) : ok(dashboardPage(view, dashboard));
}

function admin(view: View, area: string | undefined, key: string | undefined): Found {
  const { user } = view.visit;
  if (!user.admin) {
    const text = `${user.displayName} is not an administrator of this site.`;
    return { status: 403, page: messagePage(view, 'Administrators only', text) };
  }
  if (area === undefined || area === '') return ok(adminPage(view));
  const path = `/admin/${encodeURIComponent(area)}`;
  if ((area === 'configure' || area === 'get-started') && key !== undefined) {
    const below = `${path}/${encodeURIComponent(key)}`;
    return app(view, area, key, { section: 'admin', path: below });
  }
  return app(view, 'admin', area, { section: 'admin', path });
}

function app(view: View, place: Place, key: string | undefined, home: AppPageHome): Found {
  const placed = view.placed(place).find((each) => each.key === key);
  return placed === undefined ? missing(view) : ok(appPage(view, home, placed));
}

function ok(page: Html): Found {
  return { status: 200, page };
}

function missing(view: View): Found {
  const text = 'It may have been deleted, or you may not have permission to see it.';
  return { status: 404, page: messagePage(view, 'We can’t find this page', text) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
