import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import { LAGS, wordsOf } from '../doors/switches.ts';
import type { SwitchView } from '../doors/switches.ts';
import { form, input, section, select } from './parts.ts';

/** How late things come, and everything else that Atlassian leaves open. */
export function switchesSection(all: readonly SwitchView[]): Html {
  const isLag = ({ room, name }: SwitchView): boolean => LAGS.has(`${room}.${name}`);
  return section(
    'switches',
    'Lags and switches',
    'They count at once. What was drawn before, such as the lag of a change, stays.',
    html`${list(all.filter(isLag))}
      <details class="ctl-more" id="other-switches">
        <summary>All other switches</summary>
        ${list(all.filter((each) => !isLag(each)))}
      </details>`,
  );
}

function list(views: readonly SwitchView[]): Html {
  return html`<ul class="ctl-switches">
    ${views.map((view) => html`<li><code>${view.room}.${view.name}</code>${control(view)}</li>`)}
  </ul>`;
}

function control(view: SwitchView): Html {
  const { room, name, value } = view;
  const body = { room, name };
  const text = value === undefined ? 'none' : JSON.stringify(value);
  switch (view.form) {
    case 'number':
      return form('switches', body, input('value', '', { value: text, width: 9 }), 'Set');
    case 'range': {
      const { min, max } = value as { readonly min: number; readonly max: number };
      const fields = html`${input('min', 'from', { value: String(min), width: 6 })}
      ${input('max', 'to', { value: String(max), width: 6 })}`;
      return form('switches', body, fields, 'Set');
    }
    case 'boolean':
      return form('switches', body, select('value', '', ['true', 'false'], text), 'Set');
    case 'text':
      return form('switches', body, select('value', '', wordsOf(view) ?? [], String(value)), 'Set');
    case 'fixed':
      return html`<span class="ctl-fixed"
        ><code>${text}</code> <small>from the start only</small></span
      >`;
  }
}
