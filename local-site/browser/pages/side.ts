import type { Project } from '../../jira/index.ts';
import type { Placed } from '../placements.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { origin } from './panel.ts';

interface Entry {
  readonly href: string;
  readonly label: string;
  readonly icon: Html;
  readonly current: boolean;
  /** Which half of the app the page is. */
  readonly kind?: Placed['kind'];
}

/** The sidebar of a project: its issues, its workflow, and the app's pages. `current` is `''`, `workflow` or a module's key. */
export function projectSide(view: View, project: Project, current: string): Html {
  const root = `${view.visit.base}/projects/${project.key}`;
  const entries: Entry[] = [
    { href: root, label: 'Issues', icon: icons.list, current: current === '' },
    {
      href: `${root}/workflow`,
      label: 'Workflow',
      icon: icons.flow,
      current: current === '/workflow',
    },
    ...appEntries(`${root}/apps`, view.placed('project'), current),
  ];
  const settings = appEntries(`${root}/settings`, view.placed('project-settings'), current);
  return html`<div class="side-head">
      ${projectMark(project)}
      <div><strong>${project.name}</strong><small>Software project</small></div>
    </div>
    ${list(entries)}
    ${
      settings.length === 0
        ? undefined
        : html`<p class="side-title">Project settings</p>
            ${list(settings)}`
    }`;
}

/** The sidebar of the administration. */
export function adminSide(view: View, current: string): Html {
  const root = `${view.visit.base}/admin`;
  const entries: Entry[] = [
    { href: root, label: 'Manage apps', icon: icons.gear, current: current === '' },
    ...appEntries(root, view.placed('admin'), current),
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
    kind,
  }));
}

function list(entries: readonly Entry[]): Html {
  return html`<ul class="side-list">
    ${entries.map(
      ({ href, label, icon, current, kind }) =>
        html`<li>
          <a href="${href}" ${current ? html` aria-current="page"` : undefined}
            >${icon}<span>${label}</span>${kind === undefined ? undefined : origin({ kind })}</a
          >
        </li>`,
    )}
  </ul>`;
}
