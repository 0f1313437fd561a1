import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import type { TokenState } from '../doors/tokens.ts';
import type { QuotaState } from '../state.ts';
import { count, duration } from '../words.ts';
import { button, section, table } from './parts.ts';

/** How much of its quota each installation has used. */
export function quotasSection(quotas: readonly QuotaState[]): Html {
  return section(
    'quotas',
    'Quotas',
    'Storage units of each installation: in this minute, and since it was made.',
    table(
      ['Site', 'Reads this minute', 'Writes this minute', '#Reads', '#Writes', '#Requests', '#429'],
      quotas.map(
        ({ slug, minute, unitsPerMinute, readUnits, writeUnits, requests, throttled }) =>
          html`<tr>
            <td>${slug}</td>
            <td>${bar(minute.readUnits, unitsPerMinute)}</td>
            <td>${bar(minute.writeUnits, unitsPerMinute)}</td>
            <td class="number">${count(readUnits)}</td>
            <td class="number">${count(writeUnits)}</td>
            <td class="number">${count(requests)}</td>
            <td class="number">${count(throttled)}</td>
          </tr>`,
      ),
      'The app is on no site.',
    ),
  );
}

/** The tokens that remotes hold. */
export function tokensSection(tokens: readonly TokenState[]): Html {
  return section(
    'tokens',
    'System tokens',
    'What remotes hold now. The platform sends another one with its next call.',
    table(
      ['Token', 'Site', 'Sent to', '#Age', '#Left', ''],
      tokens.map(
        ({ id, siteSlug, way, age, left }) =>
          html`<tr>
            <td><code>${id}…</code></td>
            <td>${siteSlug ?? 'gone'}</td>
            <td>${way === 'endpoint' ? 'an endpoint' : 'a remote, by a function'}</td>
            <td class="number">${duration(age)}</td>
            <td class="number">${duration(left)}</td>
            <td class="ctl-last">${button('tokens', 'Expire now', { expire: id })}</td>
          </tr>`,
      ),
      'No remote has got a token yet.',
    ),
  );
}

function bar(used: number, most: number): Html {
  return html`<span class="ctl-bar"
    ><meter min="0" max="${most}" high="${most * 0.9}" value="${Math.min(used, most)}"></meter
    ><span class="ctl-number">${count(used)} <small>of ${count(most)}</small></span></span
  >`;
}
