import type { Project } from '../../jira/index.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { placedAt } from '../placements.ts';
import type { Placed } from '../placements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';

interface Entry {
  readonly href: string;
  readonly label: string;
  readonly icon: Html;
  readonly current: boolean;
  /** A word behind the label: which half of the app the page is. */
  readonly tag?: string | undefined;
}

/** The sidebar of a project: its issues and the app's pages. */
export function projectSide(
  world: BrowserWorld,
  visit: Visit,
  project: Project,
  current: string,
): Html {
  const root = `${visit.base}/projects/${project.key}`;
  const pages = placedAt('project', visit.site, world.connect, world.platform);
  const entries: Entry[] = [
    { href: root, label: 'Issues', icon: icons.list, current: current === '' },
    ...appEntries(`${root}/apps`, pages, current),
  ];
  return html`<div class="side-head">
      ${projectMark(project)}
      <div><strong>${project.name}</strong><small>Software project</small></div>
    </div>
    ${list(entries)}`;
}

/** The sidebar of the administration. */
export function adminSide(world: BrowserWorld, visit: Visit, current: string): Html {
  const root = `${visit.base}/admin`;
  const pages = placedAt('admin', visit.site, world.connect, world.platform);
  const entries: Entry[] = [
    { href: root, label: 'Manage apps', icon: icons.gear, current: current === '' },
    ...appEntries(root, pages, current),
  ];
  return html`<div class="side-head">
      <div><strong>Administration</strong><small>Apps</small></div>
    </div>
    ${list(entries)}`;
}

/** The square mark of a project. */
export function projectMark(project: Project): Html {
  return html`<span class="mark" aria-hidden="true">${project.key.slice(0, 1)}</span>`;
}

function appEntries(root: string, pages: readonly Placed[], current: string): readonly Entry[] {
  return pages.map(({ key, title, kind }) => ({
    href: `${root}/${encodeURIComponent(key)}`,
    label: title,
    icon: icons.app,
    current: current === key,
    tag: kind === 'connect' ? 'Connect' : 'Forge',
  }));
}

function list(entries: readonly Entry[]): Html {
  return html`<ul class="side-list">
    ${entries.map(
      ({ href, label, icon, current, tag }) =>
        html`<li>
          <a href="${href}" ${current ? html` aria-current="page"` : undefined}
            >${icon}<span>${label}</span>${
              tag === undefined ? undefined : html`<small class="tag">${tag}</small>`
            }</a
          >
        </li>`,
    )}
  </ul>`;
}
