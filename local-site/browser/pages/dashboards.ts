import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { message } from './message.ts';

/** All dashboards of the site, and a form for a new one. */
export function dashboardsPage(view: View): Html {
  const { world, visit } = view;
  const dashboards = world.jira.dashboards.list(visit.site);
  const main = html`<div class="page-head">
      <h1>Dashboards</h1>
      <span class="grow"></span>
      <form
        class="inline"
        method="post"
        action="${visit.base}/_local/dashboard"
        aria-label="New dashboard"
      >
        <label class="hidden" for="name">Name</label>
        <input
          id="name"
          name="name"
          required
          maxlength="255"
          placeholder="Name"
          autocomplete="off"
        />
        <button class="primary" name="do" value="add-dashboard">Create dashboard</button>
      </form>
    </div>
    ${
      dashboards.length === 0
        ? message('There is no dashboard yet.')
        : html`<ul class="sites">
            ${dashboards.map(
              ({ id, name, gadgets }) =>
                html`<li>
                  <a href="${visit.base}/jira/dashboards/${id}"
                    ><span class="site-name">${name}</span
                    ><span class="tag"
                      >${gadgets.length} gadget${gadgets.length === 1 ? '' : 's'}</span
                    ></a
                  >
                </li>`,
            )}
          </ul>`
    }`;
  return layout(view, { title: 'Dashboards', section: 'dashboards', main });
}
