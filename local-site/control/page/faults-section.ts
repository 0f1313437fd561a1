import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import { BORDERS, FAULT_KINDS, KINDS_AT } from '../../faults/index.ts';
import type { Fault, FaultKind, LineState } from '../../faults/index.ts';
import type { ControlState } from '../state.ts';
import { count, duration, timeOfDay } from '../words.ts';
import { button, form, input, section, select, table } from './parts.ts';

const LOG_SHOWN = 30;

/** What goes wrong on purpose, and what has. */
export function faultsSection(faults: ControlState['faults']): Html {
  const tools = html`<a class="ctl-link" href="/_local/control/faults/log">Log as JSON</a>
    ${button('faults', 'Replay the log', { action: 'replay' })}
    ${button('faults', 'Stop all faults', { action: 'clear' })}`;
  return section(
    'faults',
    'Faults',
    'Seeded by share of calls, or exact by script. Each call gets one at most.',
    html`${rates(faults)} ${script(faults)} ${log(faults)} ${calls(faults)}`,
    tools,
  );
}

function rates({ rates: plan }: ControlState['faults']): Html {
  const chips = Object.entries(plan).flatMap(([border, kinds]) =>
    Object.entries(kinds).map(
      ([kind, rate]) =>
        html`<li>
          <strong>${border}</strong> ${kind} <span class="ctl-number">${percent(rate)}</span>
          ${button('faults', '×', { action: 'rate', border, kind, percent: 0 }, { quiet: true, title: `Stop ${kind} at ${border}` })}
        </li>`,
    ),
  );
  return html`<h3>Shares</h3>
    ${
      chips.length === 0
        ? html`<p class="ctl-nothing">No call goes wrong by chance.</p>`
        : html`<ul class="ctl-chips">
            ${chips}
          </ul>`
    }
    ${form('faults', { action: 'rate' }, html`${select('border', 'Border', ['all', ...BORDERS])} ${kindSelect()} ${input('percent', 'Percent of calls', { value: '5', width: 4 })}`, 'Set')}`;
}

function script({ script: lines, replayLeft }: ControlState['faults']): Html {
  const fields = html`${select('border', 'Border', BORDERS)} ${kindSelect()}
  ${input('matching', 'Text matches', { hint: '/batch/', width: 12 })}
  ${input('nth', 'From the n-th', { hint: '1', width: 4 })}
  ${input('times', 'Calls', { hint: '1', width: 4 })}
  ${input('seconds', 'or seconds', { width: 4 })}
  ${input('ms', 'Delay, ms', { hint: 'drawn', width: 6 })}`;
  return html`<h3>Script</h3>
    ${replayLeft > 0 ? html`<p class="ctl-nothing">A replay runs; ${count(replayLeft)} faults have not happened yet.</p>` : undefined}
    ${table(['Border', 'Fault', 'Text matches', 'When', '#Met', '#Done', ''], lines.map(line), 'Nothing is planned.')}
    ${form('faults', { action: 'script' }, fields, 'Add')}`;
}

function line({ line: planned, seen, done, over }: LineState): Html {
  const { border, fault, matching, nth = 1, times, forMs } = planned;
  const until = forMs === undefined ? `${times ?? 1} ×` : `for ${duration(forMs)}`;
  return html`<tr${over ? html` class="ctl-over"` : undefined}>
    <td>${border}</td>
    <td>${typeof fault === 'string' ? fault : faultText(fault)}</td>
    <td><code>${patternText(matching)}</code></td>
    <td>${until}${nth === 1 ? '' : `, from call ${nth} on`}</td>
    <td class="number">${count(seen)}</td>
    <td class="number">${count(done)}</td>
    <td>${over ? 'over' : ''}</td>
  </tr>`;
}

function log({ log: entries }: ControlState['faults']): Html {
  const shown = entries.slice(-LOG_SHOWN).reverse();
  const more = entries.length - shown.length;
  return html`<h3>
      Done <small>${count(entries.length)}</small>
      ${entries.length > 0 ? button('faults', 'Empty', { action: 'clearLog' }, { quiet: true }) : undefined}
    </h3>
    ${table(
      ['Time', 'Border', 'Call', '#n-th', 'Fault'],
      shown.map(
        ({ at, border, what, nth, fault }) =>
          html`<tr>
            <td class="ctl-number">${timeOfDay(at)}</td>
            <td>${border}</td>
            <td><code>${what}</code></td>
            <td class="number">${nth}</td>
            <td>${faultText(fault)}</td>
          </tr>`,
      ),
      'Nothing has gone wrong on purpose yet.',
    )}
    ${more > 0 ? html`<p class="ctl-nothing">and ${count(more)} before</p>` : undefined}`;
}

function calls({ calls: made }: ControlState['faults']): Html {
  return html`<h3>Calls</h3>
    <ul class="ctl-calls">
      ${BORDERS.map((border) => html`<li><span>${border}</span><span class="ctl-number">${count(made[border])}</span></li>`)}
    </ul>`;
}

/** The script hides the kinds that cannot happen at the chosen border. */
function kindSelect(): Html {
  const places = (kind: FaultKind): string =>
    BORDERS.filter((border) => KINDS_AT[border].includes(kind)).join(' ');
  return html`<label class="ctl-field"
    ><span>Fault</span
    ><select name="kind">
      ${FAULT_KINDS.map((kind) => html`<option value="${kind}" data-borders="${places(kind)}">${kind}</option>`)}
    </select></label
  >`;
}

function faultText(fault: Fault): string {
  if ('ms' in fault) return `${fault.kind}, ${duration(fault.ms)}`;
  return 'status' in fault ? `${fault.kind} ${fault.status}` : fault.kind;
}

/** A pattern as one writes it; its source has its slashes escaped. */
function patternText(matching: RegExp | string | undefined): string {
  const source = matching instanceof RegExp ? matching.source : (matching ?? '');
  return source.replaceAll('\\/', '/');
}

function percent(rate: number): string {
  return `${Math.round(rate * 10_000) / 100} %`;
}
