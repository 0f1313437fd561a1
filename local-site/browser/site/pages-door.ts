import type { ServerResponse } from 'node:http';
import { seeOther, sendPage } from '../http/replies.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { adminPage } from '../pages/admin.ts';
import { appPage } from '../pages/app-page.ts';
import { homePage, projectPage } from '../pages/home.ts';
import type { Html } from '../pages/html.ts';
import { issuePage } from '../pages/issue.ts';
import { messagePage } from '../pages/message.ts';
import { placedAt } from '../placements.ts';
import type { Place, Placed } from '../placements.ts';
import { subjectOf } from './subject.ts';

interface Found {
  readonly status: number;
  readonly page: Html;
}

/** The pages for people. What does not exist and what one may not see answer alike, as in Jira. */
export function pagesDoor(world: BrowserWorld, visit: Visit, response: ServerResponse): void {
  const legacy = /^\/plugins\/servlet\/ac\/[^/]+\/([^/]+)$/.exec(visit.path)?.[1];
  if (legacy !== undefined) {
    seeOther(response, legacyTarget(world, visit, legacy));
    return;
  }
  const { status, page } = find(world, visit);
  sendPage(response, status, page);
}

function find(world: BrowserWorld, visit: Visit): Found {
  const [, first = '', second, third, fourth] = visit.path.split('/').map(decoded);
  if (first === '') return { status: 200, page: homePage(world, visit) };
  if (first === 'browse' && second !== undefined) return issue(world, visit, second);
  if (first === 'projects' && second !== undefined) {
    return project(world, visit, second, third === 'apps' ? fourth : undefined);
  }
  if (first === 'admin') return admin(world, visit, second);
  if (first === 'apps' && second !== undefined) {
    const placed = placedBy(world, visit, 'global', second);
    if (placed !== undefined) {
      return { status: 200, page: appPage(world, visit, { section: 'apps' }, placed) };
    }
  }
  return missing(world, visit);
}

function issue(world: BrowserWorld, visit: Visit, key: string): Found {
  const subject = subjectOf(world, visit, { issueKey: key });
  const found = world.jira.issue(visit.site, key);
  if (subject?.project === undefined || found === undefined) return missing(world, visit);
  return { status: 200, page: issuePage(world, visit, found, subject.project) };
}

function project(
  world: BrowserWorld,
  visit: Visit,
  key: string,
  moduleKey: string | undefined,
): Found {
  const found = subjectOf(world, visit, { projectKey: key })?.project;
  if (found === undefined) return missing(world, visit);
  if (moduleKey === undefined) return { status: 200, page: projectPage(world, visit, found) };
  const placed = placedBy(world, visit, 'project', moduleKey);
  if (placed === undefined) return missing(world, visit);
  const home = { section: 'projects', project: found } as const;
  return { status: 200, page: appPage(world, visit, home, placed) };
}

function admin(world: BrowserWorld, visit: Visit, moduleKey: string | undefined): Found {
  if (!visit.user.admin) {
    const text = `${visit.user.displayName} is not an administrator of this site.`;
    return { status: 403, page: messagePage(world, visit, 'Administrators only', text) };
  }
  if (moduleKey === undefined) return { status: 200, page: adminPage(world, visit) };
  const placed = placedBy(world, visit, 'admin', moduleKey);
  if (placed === undefined) return missing(world, visit);
  return { status: 200, page: appPage(world, visit, { section: 'admin' }, placed) };
}

function missing(world: BrowserWorld, visit: Visit): Found {
  const text = 'It may have been deleted, or you may not have permission to see it.';
  return { status: 404, page: messagePage(world, visit, 'We can’t find this page', text) };
}

function placedBy(
  world: BrowserWorld,
  visit: Visit,
  place: Place,
  key: string,
): Placed | undefined {
  return placedAt(place, visit.site, world.connect, world.platform).find(
    (each) => each.key === key,
  );
}

/** Connect's old address of a page; the same key on the Forge side answers for it after the move. */
function legacyTarget(world: BrowserWorld, visit: Visit, key: string): string {
  const name = decoded(key);
  const encoded = encodeURIComponent(name);
  if (placedBy(world, visit, 'admin', name) !== undefined) return `${visit.base}/admin/${encoded}`;
  const projectKey = visit.query.get('project.key') ?? '';
  if (placedBy(world, visit, 'project', name) !== undefined && projectKey !== '') {
    return `${visit.base}/projects/${encodeURIComponent(projectKey)}/apps/${encoded}`;
  }
  return `${visit.base}/apps/${encoded}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
