import { html } from '../../browser/pages/html.ts';
import type { Html } from '../../browser/pages/html.ts';
import { GENERATIONS } from '../../browser/pages/page-parts.ts';
import type { ControlWorld } from '../control-parts.ts';
import { actionsFor } from '../doors/tenants.ts';
import type { TenantAction } from '../doors/tenants.ts';
import type { TenantState } from '../state.ts';
import { count, dateTime, shortId } from '../words.ts';
import { button, form, input, section, select, table } from './parts.ts';

/** The sites, what runs on them, and what can be done to it. */
export function tenantsSection(world: ControlWorld, tenants: readonly TenantState[]): Html {
  const more = world.sites.size - tenants.length;
  return section(
    'tenants',
    'Tenants',
    'Sites of this local site and the app on them.',
    html`${table(
      ['Site', 'Runs', 'Version', 'Installation', 'Region', 'Licence', ''],
      tenants.map((tenant) => row(world, tenant)),
      'There is no site.',
    )}
    ${more > 0 ? html`<p class="ctl-nothing">and ${count(more)} more</p>` : undefined}`,
  );
}

function row(world: ControlWorld, tenant: TenantState): Html {
  const { slug, displayName, baseUrl, generation, version, pending, installationId } = tenant;
  const site = world.sites.get(slug);
  return html`<tr>
    <td><a href="${baseUrl}/">${displayName}</a> <small>${slug}</small></td>
    <td>
      <span class="generation generation-${generation}"
        ><span class="dot"></span>${GENERATIONS[generation].label}</span
      >
    </td>
    <td>
      ${version ?? ''}
      ${pending === undefined ? undefined : html`<span class="tag" title="Waits for the admin">${pending} waits</span>`}
    </td>
    <td>
      ${installationId === undefined ? undefined : html`<code title="${installationId}">${shortId(installationId)}</code>`}
    </td>
    <td>${tenant.region ?? ''}</td>
    <td>${tenant.licence}</td>
    <td class="ctl-last">
      <details class="ctl-more ctl-popover" id="actions-${slug}">
        <summary>Actions</summary>
        <div class="ctl-actions">
          ${site === undefined ? undefined : actionsFor(world, site).map((action) => actionForm(slug, action))}
          ${tenant.keptAt === undefined ? undefined : html`<small>Kept at ${dateTime(tenant.keptAt)}</small>`}
          <small title="Cloud id">${tenant.cloudId}</small>
        </div>
      </details>
    </td>
  </tr>`;
}

function actionForm(slug: string, { name, label, field }: TenantAction): Html {
  const body = { site: slug, action: name };
  if (field === undefined) return button('tenants', label, body);
  const { choices } = field;
  const control =
    choices === undefined
      ? input('text', field.label, { value: field.value, width: 18, hint: field.label })
      : select('text', field.label, choices, field.value);
  return form('tenants', body, control, label);
}
