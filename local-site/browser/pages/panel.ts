import { frameId } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { Placed } from '../placements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';

/** A module of the app inside a page of Jira: its name, which half of the app it is, and its frame. */
export function panel(
  shown: Shown,
  options: { readonly open: boolean; readonly actions?: Html },
): Html {
  const { placed } = shown;
  return html`<section class="panel" aria-label="${placed.title}">
    <details ${options.open ? html` open` : undefined}>
      <summary>
        ${icons.chevron}
        <h2>${placed.title}</h2>
        ${origin(placed)}
      </summary>
      ${options.actions}
      <div class="frame" id="${frameId(shown)}"></div>
    </details>
  </section>`;
}

/** A module that fills the page. */
export function fullFrame(shown: Shown): Html {
  return html`<div class="frame frame-full" id="${frameId(shown)}"></div>`;
}

/** The word that tells the two halves of the app apart. */
export function origin(placed: Pick<Placed, 'kind'>): Html {
  const label = placed.kind === 'connect' ? 'Connect' : 'Forge';
  return html`<span class="tag tag-${placed.kind}">${label}</span>`;
}
