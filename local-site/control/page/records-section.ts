import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import type { InvocationView } from '../../platform/index.ts';
import type { ControlState } from '../state.ts';
import { count, dateTime, plural, timeOfDay } from '../words.ts';
import { section, table } from './parts.ts';

const INVOCATIONS_SHOWN = 30;

/** The last runs of functions. */
export function invocationsSection(invocations: readonly InvocationView[]): Html {
  return section(
    'functions',
    'Functions',
    'The last runs, newest first, with what they wrote to their console.',
    table(
      ['Time', 'Site', 'Function', 'Module', '#Took', 'Outcome', 'Console'],
      invocations.slice(0, INVOCATIONS_SHOWN).map(invocation),
      'No function has run yet.',
    ),
  );
}

function invocation(each: InvocationView): Html {
  const { outcome = 'runs', message, durationMs, lines } = each;
  const kind = outcome === 'ok' ? 'ok' : outcome === 'runs' ? 'runs' : 'bad';
  return html`<tr>
    <td class="ctl-number">${timeOfDay(each.at)}</td>
    <td>${each.siteSlug}</td>
    <td>${each.functionKey}</td>
    <td>${each.moduleKey} <small>${each.moduleType}</small></td>
    <td class="number">${durationMs === undefined ? '' : `${count(durationMs)} ms`}</td>
    <td>
      <span class="ctl-outcome ctl-outcome-${kind}">${outcome}</span>
      ${message === undefined ? undefined : html`<small>${message}</small>`}
    </td>
    <td>
      ${
        lines.length === 0
          ? undefined
          : html`<details class="ctl-more" id="lines-${each.invocationId}">
              <summary>${plural(lines.length, 'line')}</summary>
              <pre>${lines.map(({ level, text }) => `${level}: ${text}`).join('\n')}</pre>
            </details>`
      }
    </td>
  </tr>`;
}

/** Calls that were answered 501. */
export function unmodelledSection(calls: ControlState['unmodelled']): Html {
  return section(
    'unmodelled',
    'Not modelled',
    'Calls that this stand-in does not know. Each was answered 501.',
    table(
      ['Where', 'What', '#Times', 'First', 'Example'],
      calls.map(
        ({ room, what, count: times, firstAt, stack, headers }, index) =>
          html`<tr>
            <td>${room}</td>
            <td><code>${what}</code></td>
            <td class="number">${count(times)}</td>
            <td class="ctl-number">${dateTime(firstAt)}</td>
            <td>
              <details class="ctl-more" id="example-${index}">
                <summary>Show</summary>
                <pre>
${[...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ...stack].join('\n')}</pre>
              </details>
            </td>
          </tr>`,
      ),
      'Everything that was asked for is modelled.',
    ),
  );
}

/** What Custom UI pages tried against their content security policy. */
export function cspSection(reports: ControlState['cspReports']): Html {
  return section(
    'csp',
    'Content security policy',
    'What Custom UI pages tried and browsers blocked.',
    table(
      ['Page', 'Directive', 'Blocked', '#Times'],
      reports.map(
        ({ document, directive, blocked, sample, count: times }) =>
          html`<tr>
            <td><code>${document}</code></td>
            <td>${directive}</td>
            <td>
              <code>${blocked}</code> ${sample === '' ? undefined : html`<small>${sample}</small>`}
            </td>
            <td class="number">${count(times)}</td>
          </tr>`,
      ),
      'No page has broken its policy.',
    ),
  );
}
