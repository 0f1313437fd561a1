import type { Project } from '../../jira/index.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { Placed } from '../placements.ts';
import { pageData } from './frames.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { fullFrame, origin } from './panel.ts';
import { adminSide, projectSide } from './side.ts';

/** Where a page of the app stands. */
export type AppPageHome =
  | { readonly section: 'admin' }
  | { readonly section: 'apps' }
  | { readonly section: 'projects'; readonly project: Project };

/** A page that the app fills: in a project, in the administration, or on its own. */
export function appPage(
  world: BrowserWorld,
  visit: Visit,
  home: AppPageHome,
  placed: Placed,
): Html {
  const { base } = visit;
  const project = home.section === 'projects' ? home.project : undefined;
  const key = encodeURIComponent(placed.key);
  const places = {
    admin: `${base}/admin/${key}`,
    apps: `${base}/apps/${key}`,
    projects: `${base}/projects/${project?.key ?? ''}/apps/${key}`,
  };
  const data = pageData(world, visit, { project }, [placed], {
    pagePath: places[home.section],
    fullPage: true,
  });
  const main = html`${heading(placed)} ${fullFrame(placed)}`;
  return layout(world, visit, {
    title: placed.title,
    section: home.section,
    side: sideOf(world, visit, home, placed.key),
    main,
    data,
  });
}

/** Jira gives a Forge page a heading; a Connect page has the whole place and brings its own. */
function heading(placed: Placed): Html {
  if (placed.kind === 'connect') return html`<h1 class="hidden">${placed.title}</h1>`;
  return html`<div class="page-head">
    <h1>${placed.title}</h1>
    ${origin(placed)}
  </div>`;
}

function sideOf(
  world: BrowserWorld,
  visit: Visit,
  home: AppPageHome,
  current: string,
): Html | undefined {
  if (home.section === 'admin') return adminSide(world, visit, current);
  if (home.section === 'projects') return projectSide(world, visit, home.project, current);
  return undefined;
}
