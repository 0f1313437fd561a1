import type { Placed } from '../placements.ts';
import { frameElementId } from './frames.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';

/** A module of the app inside a page of Jira: its name, which half of the app it is, and its frame. */
export function panel(placed: Placed): Html {
  const id = frameElementId(placed);
  return html`<section class="panel" aria-label="${placed.title}">
    <details open>
      <summary>
        ${icons.chevron}
        <h2>${placed.title}</h2>
        ${origin(placed)}
      </summary>
      <div class="frame" id="${id}"></div>
    </details>
  </section>`;
}

/** A module that fills the page. */
export function fullFrame(placed: Placed): Html {
  return html`<div class="frame frame-full" id="${frameElementId(placed)}"></div>`;
}

/** The word that tells the two halves of the app apart. */
export function origin(placed: Placed): Html {
  const label = placed.kind === 'connect' ? 'Connect' : 'Forge';
  return html`<span class="tag tag-${placed.kind}">${label}</span>`;
}
