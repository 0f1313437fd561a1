import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import { layout } from '../../browser/pages/layout.ts';
import type { View } from '../../browser/view.ts';
import type { ControlWorld } from '../control-parts.ts';
import { controlState } from '../state.ts';
import { clockSection } from './clock-section.ts';
import { faultsSection } from './faults-section.ts';
import { cspSection, invocationsSection, unmodelledSection } from './records-section.ts';
import { switchesSection } from './switches-section.ts';
import { tenantsSection } from './tenants-section.ts';
import { quotasSection, tokensSection } from './usage-section.ts';

const SECTIONS: readonly (readonly [string, string])[] = [
  ['clock', 'Clock'],
  ['faults', 'Faults'],
  ['tenants', 'Tenants'],
  ['quotas', 'Quotas'],
  ['tokens', 'System tokens'],
  ['switches', 'Lags and switches'],
  ['functions', 'Functions'],
  ['unmodelled', 'Not modelled'],
  ['csp', 'Content security policy'],
];

/** The whole page. Works without its script, which only saves reloading. */
export function controlPage(world: ControlWorld, view: View): Html {
  const state = controlState(world);
  const main = html`<link rel="stylesheet" href="/_local/control/control.css" />
    <script type="module" src="/_local/control/control.js"></script>
    <h1>Control</h1>
    ${clockSection(state.clock)} ${faultsSection(state.faults)}
    ${tenantsSection(world, state.tenants)} ${quotasSection(state.quotas)}
    ${tokensSection(state.tokens)} ${switchesSection(state.switches)}
    ${invocationsSection(state.invocations)} ${unmodelledSection(state.unmodelled)}
    ${cspSection(state.cspReports)}`;
  const badge: Readonly<Record<string, number>> = {
    faults: state.faults.log.length,
    unmodelled: state.unmodelled.length,
    csp: state.cspReports.length,
  };
  const side = html`<div class="side-head">
      <div><strong>Control</strong><small>Not a part of Jira</small></div>
    </div>
    <ul class="side-list" id="control-side" data-live>
      ${SECTIONS.map(
        ([id, title]) =>
          html`<li>
            <a href="#${id}"
              ><span>${title}</span
              >${(badge[id] ?? 0) > 0 ? html`<small class="tag">${badge[id]}</small>` : undefined}</a
            >
          </li>`,
      )}
    </ul>`;
  return layout(view, { title: 'Control', section: 'control', side, main });
}
