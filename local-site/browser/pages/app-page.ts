import type { Project } from '../../jira/index.ts';
import { buildPageData } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { Placed } from '../placements.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { fullFrame, origin } from './panel.ts';
import { adminSide, projectSide } from './side.ts';

/** Where a page of the app stands. `path` is below the site; the app may keep its own routes below it. */
export type AppPageHome =
  | { readonly section: 'admin'; readonly path: string }
  | { readonly section: 'apps'; readonly path: string }
  | { readonly section: 'projects'; readonly path: string; readonly project: Project };

/** A page that the app fills: in a project, in the administration, or on its own. */
export function appPage(view: View, home: AppPageHome, placed: Placed): Html {
  const shown: Shown = { placed, fullPage: true };
  const data = buildPageData(view, [shown], view.visit.base + home.path);
  const main = html`${heading(placed)} ${fullFrame(shown)}`;
  const { section } = home;
  const side = sideOf(view, home, placed.key);
  return layout(view, { title: placed.title, section, side, main, data });
}

/**
 * Jira gives a Forge page a heading unless its layout is `blank`; a Connect page has the whole place and brings its own.
 */
function heading(placed: Placed): Html {
  const bare = placed.kind === 'connect' || placed.module.body?.['layout'] === 'blank';
  if (bare) return html`<h1 class="hidden">${placed.title}</h1>`;
  return html`<div class="page-head">
    <h1>${placed.title}</h1>
    ${origin(placed)}
  </div>`;
}

function sideOf(view: View, home: AppPageHome, current: string): Html | undefined {
  if (home.section === 'admin') return adminSide(view, current);
  if (home.section === 'projects') return projectSide(view, home.project, current);
  return undefined;
}
