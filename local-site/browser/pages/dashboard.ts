import type { Dashboard, DashboardGadget, SiteModule } from '../../types.ts';
import { buildPageData, frameId } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { Placed } from '../placements.ts';
import { mayEditDashboard } from '../site/dashboard-door.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { layout } from './layout.ts';
import { message } from './message.ts';
import { origin } from './panel.ts';

interface ShownGadget {
  readonly gadget: DashboardGadget;
  /** Absent when the app no longer has the module. */
  readonly shown: Shown | undefined;
  readonly module: SiteModule | undefined;
}

/** One dashboard with its gadgets. `?edit=<gadget id>` shows the edit view of a Forge gadget in place. */
export function dashboardPage(view: View, dashboard: Dashboard): Html {
  const { world, visit } = view;
  const editing = visit.query.get('edit');
  const gadgets = dashboard.gadgets.map((gadget): ShownGadget => {
    const module = world.jira.dashboards.moduleOf(visit.site, gadget);
    const placed = view
      .placed('dashboard')
      .find((each) => each.key === module?.key && each.kind === module.face);
    const edits =
      gadget.id === editing &&
      placed?.kind === 'forge' &&
      placed.module.entries?.edit !== undefined;
    const purpose = {
      gadget: { dashboardId: dashboard.id, gadgetId: gadget.id },
      entry: edits ? ('edit' as const) : ('view' as const),
    };
    return { gadget, module, shown: placed && { placed, purpose } };
  });
  const columns = [...new Set(gadgets.map(({ gadget }) => gadget.column))].toSorted(
    (a, b) => a - b,
  );
  const mayEdit = mayEditDashboard(visit, dashboard);
  const main = html`<div class="page-head">
      <h1>${dashboard.name}</h1>
      <span class="grow"></span>
      ${mayEdit ? addMenu(view, dashboard) : undefined}
    </div>
    ${
      gadgets.length === 0
        ? message('This dashboard has no gadgets yet.')
        : html`<div class="columns">
            ${(columns.length < 2 ? [0, 1] : columns).map(
              (column, index) =>
                html`<div class="column">
                  ${gadgets
                    .filter(({ gadget }, at) =>
                      columns.length < 2 ? at % 2 === index : gadget.column === column,
                    )
                    .map((each) => card(view, dashboard, each, mayEdit))}
                </div>`,
            )}
          </div>`
    }`;
  const shown = gadgets.flatMap((each) => each.shown ?? []);
  const data = buildPageData(view, shown, `${visit.base}/jira/dashboards/${dashboard.id}`);
  return layout(view, { title: dashboard.name, section: 'dashboards', main, data });
}

function addMenu(view: View, dashboard: Dashboard): Html | undefined {
  const modules = view.placed('dashboard');
  if (modules.length === 0) return undefined;
  return html`<details class="menu">
    <summary class="button">${icons.plus} Add gadget</summary>
    <form class="menu-list" method="post" action="${view.visit.base}/_local/dashboard">
      <input type="hidden" name="dashboardId" value="${dashboard.id}" />
      <input type="hidden" name="do" value="add-gadget" />
      ${modules.map(
        (placed) =>
          html`<button name="moduleKey" value="${placed.key}">
            <span>${placed.title}<small>${descriptionOf(placed)}</small></span
            >${origin(placed)}
          </button>`,
      )}
    </form>
  </details>`;
}

function descriptionOf({ module }: Placed): string {
  const text = module.body?.['description'];
  if (typeof text === 'string') return text;
  const value = (text as { value?: unknown } | undefined)?.value;
  return typeof value === 'string' ? value : '';
}

function card(view: View, dashboard: Dashboard, each: ShownGadget, mayEdit: boolean): Html {
  const { gadget, shown, module } = each;
  return html`<section class="card gadget" aria-label="${gadget.title}" data-gadget="${gadget.id}">
    <div class="gadget-head">
      <h2>${gadget.title}</h2>
      ${shown === undefined ? undefined : origin(shown.placed)}
      <span class="grow"></span>
      ${shown === undefined ? undefined : html`<button type="button" class="icon-button" data-refresh-gadget="${frameId(shown)}" disabled aria-label="Refresh ${gadget.title}">${icons.refresh}</button>`}
      ${mayEdit ? menu(view, dashboard, each) : undefined}
    </div>
    ${
      shown === undefined
        ? html`<p class="quiet gadget-gone">
            The app has no gadget ${module?.key ?? gadget.moduleKey} for you here.
          </p>`
        : html`<div class="frame" id="${frameId(shown)}"></div>`
    }
  </section>`;
}

function menu({ visit }: View, dashboard: Dashboard, { gadget, shown, module }: ShownGadget): Html {
  const root = `${visit.base}/jira/dashboards/${dashboard.id}`;
  const configure =
    shown?.placed.kind === 'forge' && shown.placed.module.entries?.edit !== undefined
      ? html`<a href="${root}?edit=${gadget.id}">Configure</a>`
      : module?.body['configurable'] === true && shown !== undefined
        ? html`<button type="button" data-edit-gadget="${frameId(shown)}" disabled>
            Configure
          </button>`
        : undefined;
  return html`<details class="menu">
    <summary aria-label="More about ${gadget.title}">${icons.more}</summary>
    <form class="menu-list" method="post" action="${visit.base}/_local/dashboard">
      <input type="hidden" name="dashboardId" value="${dashboard.id}" />
      <input type="hidden" name="gadgetId" value="${gadget.id}" />
      ${configure}
      <button name="do" value="remove-gadget">Delete</button>
    </form>
  </details>`;
}
