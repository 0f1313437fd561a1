import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';

/** A sentence where content would stand. */
export function message(text: string): Html {
  return html`<p class="message">${text}</p>`;
}

/** A page that only says something. */
export function messagePage(view: View, title: string, text: string): Html {
  const main = html`<div class="nothing">
    <h1>${title}</h1>
    <p>${text}</p>
    <p><a href="${view.visit.base}/">Go to projects</a></p>
  </div>`;
  return layout(view, { title, section: 'projects', main });
}
