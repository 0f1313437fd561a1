import { frameId } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { origin } from './panel.ts';

/** The tabs under an issue: comments, and what apps add. A tab's frame is loaded when it is opened first. */
export function activity(tabs: readonly Shown[]): Html {
  return html`<section class="activity" aria-labelledby="activity">
    <h2 id="activity">Activity</h2>
    <div class="tabs" role="tablist" aria-labelledby="activity">
      <button type="button" role="tab" aria-selected="true" aria-controls="tab-comments">
        Comments
      </button>
      ${tabs.map(
        (tab) =>
          html`<button
            type="button"
            role="tab"
            aria-selected="false"
            tabindex="-1"
            aria-controls="tab-${frameId(tab)}"
          >
            ${tab.placed.title} ${origin(tab.placed)}
          </button>`,
      )}
    </div>
    <div id="tab-comments" role="tabpanel" aria-label="Comments">
      <p class="quiet">No comments yet.</p>
    </div>
    ${tabs.map(
      (tab) =>
        html`<div id="tab-${frameId(tab)}" role="tabpanel" aria-label="${tab.placed.title}" hidden>
          <div class="frame" id="${frameId(tab)}"></div>
        </div>`,
    )}
  </section>`;
}
