import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import type { ClockState } from '../doors/clock.ts';
import { dateTime, duration, plural } from '../words.ts';
import { button, form, input, section } from './parts.ts';

const STEPS: readonly (readonly [string, number])[] = [
  ['1 s', 1_000],
  ['1 min', 60_000],
  ['5 min', 300_000],
  ['1 h', 3_600_000],
  ['1 day', 86_400_000],
];
const SPEEDS = [1, 10, 60, 600];

/** The site's one clock. */
export function clockSection(clock: ClockState): Html {
  const facts = [
    offsetText(clock.offset),
    clock.paused ? 'stands' : clock.running ? `runs × ${clock.speed}` : 'moves only when told',
    clock.next === undefined ? '' : `next task in ${duration(clock.next - clock.now)}`,
    clock.followers === 0 ? '' : `followed by ${plural(clock.followers, 'process', 'processes')}`,
  ].filter((fact) => fact !== '');
  return section(
    'clock',
    'Clock',
    'Quotas, lags, tokens, schedules and TTL all follow it. Moving it runs everything that falls due on the way.',
    html`<div class="ctl-clock">
        <time
          class="ctl-now"
          data-now="${clock.now}"
          data-machine-now="${clock.machineNow}"
          data-speed="${clock.speed}"
          >${dateTime(clock.now)}</time
        >
        <span class="ctl-zone">UTC</span>
        <ul class="ctl-facts">
          ${facts.map((fact) => html`<li>${fact}</li>`)}
        </ul>
      </div>
      ${clock.steerable ? steering(clock) : undefined}`,
  );
}

function steering({ running, paused, speed }: ClockState): Html {
  return html`<div class="ctl-row">
    <span class="ctl-label">Move on by</span>
    ${STEPS.map(([label, advanceMs]) => button('clock', label, { advanceMs }))}
    ${form('clock', {}, input('advanceMinutes', 'Minutes', { width: 6 }), 'Move')}
    ${
      running
        ? html`<span class="ctl-gap"></span>
            ${paused ? button('clock', 'Resume', { paused: false }, { primary: true }) : button('clock', 'Pause', { paused: true })}
            <span class="ctl-label">Speed</span>
            <span class="ctl-choice">
              ${SPEEDS.map((each) => button('clock', `× ${each}`, { speed: each }, { primary: !paused && each === speed }))}
            </span>`
        : undefined
    }
  </div>`;
}

function offsetText(offset: number): string {
  if (Math.abs(offset) < 1_000) return "this machine's time";
  return `${duration(offset)} ${offset > 0 ? 'ahead of' : 'behind'} this machine`;
}
