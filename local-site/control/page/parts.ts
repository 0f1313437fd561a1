import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';

/** A part of the page that the script replaces by its newer self. */
export function section(id: string, title: string, hint: string, body: Html, tools?: Html): Html {
  return html`<section class="ctl" id="${id}" data-live aria-labelledby="${id}-title">
    <header class="ctl-head">
      <div>
        <h2 id="${id}-title">${title}</h2>
        <p>${hint}</p>
      </div>
      ${tools === undefined ? undefined : html`<div class="ctl-tools">${tools}</div>`}
    </header>
    ${body}
  </section>`;
}

/** One button that does one thing. */
export function button(
  door: string,
  label: string,
  body: unknown,
  options: { readonly primary?: boolean; readonly quiet?: boolean; readonly title?: string } = {},
): Html {
  const kind = options.primary === true ? 'primary' : options.quiet === true ? 'ctl-quiet' : '';
  return html`<form class="ctl-one" method="post" action="/_local/control/${door}">
    <button
      class="${kind}"
      name="do"
      value="${JSON.stringify(body)}"
      ${options.title === undefined ? undefined : html` title="${options.title}"`}
    >
      ${label}
    </button>
  </form>`;
}

/** A form whose fields are added to `body`. */
export function form(door: string, body: unknown, fields: Html, label: string): Html {
  return html`<form class="ctl-form" method="post" action="/_local/control/${door}">
    <input type="hidden" name="do" value="${JSON.stringify(body)}" />
    ${fields}
    <button>${label}</button>
  </form>`;
}

export function input(
  name: string,
  label: string,
  attributes: { readonly value?: string; readonly width?: number; readonly hint?: string } = {},
): Html {
  const { value = '', width = 8, hint = '' } = attributes;
  return html`<label class="ctl-field"
    ><span>${label}</span
    ><input
      name="${name}"
      value="${value}"
      placeholder="${hint}"
      size="${width}"
      autocomplete="off"
  /></label>`;
}

export function select(
  name: string,
  label: string,
  choices: readonly string[],
  chosen?: string,
): Html {
  return html`<label class="ctl-field"
    ><span>${label}</span
    ><select name="${name}">
      ${choices.map((choice) => html`<option value="${choice}" ${choice === chosen ? html` selected` : undefined}>${choice}</option>`)}
    </select></label
  >`;
}

/** A table, or a line that says there is nothing. */
export function table(columns: readonly string[], rows: readonly Html[], nothing: string): Html {
  if (rows.length === 0) return html`<p class="ctl-nothing">${nothing}</p>`;
  return html`<div class="ctl-scroll">
    <table class="grid ctl-grid">
      <thead>
        <tr>
          ${columns.map((name) => html`<th scope="col" ${name.startsWith('#') ? html` class="number"` : undefined}>${name.replace('#', '')}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
