import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { message } from './message.ts';
import { adminSide } from './side.ts';

/** What an admin sees about the app on this site, and the button that upgrades it in place. */
export function adminPage(view: View): Html {
  const { query, site } = view.visit;
  const problem = query.get('problem');
  const main = html`<h1>Manage apps</h1>
    ${problem === null ? undefined : html`<div class="banner banner-danger" role="alert"><strong>The upgrade failed.</strong> ${problem} The site runs what it ran before.</div>`}
    ${query.has('upgraded') ? html`<div class="banner banner-success" role="status"><strong>Upgraded in place.</strong> This site now runs the Forge version of the app; its Connect pages go on working.</div>` : undefined}
    ${site.generation === 'none' ? message('No app is installed on this site.') : appCard(view)}`;
  const side = adminSide(view, '');
  return layout(view, { title: 'Manage apps', section: 'admin', side, main, saysProblem: true });
}

function appCard(view: View): Html {
  const { world, visit, app } = view;
  const { site } = visit;
  const hybrid = site.generation === 'hybrid';
  const rows: (readonly [string, string | undefined])[] = [
    ['Version', app?.version],
    ['Environment', app?.environment],
    ['Licence', hybrid ? (site.licence ?? 'active') : undefined],
    ['Client key', site.clientKey],
    ['Cloud id', site.cloudId],
    ['Data residency', site.region],
    ['Installation', site.installationId],
    ['Connect modules', namesOf(world.connect.modules(site).map(({ key, type }) => key || type))],
    ['Forge modules', namesOf(app?.uiModules.map(({ key }) => key))],
  ];
  return html`<section class="card card-app">
    <div class="page-head">
      <h2>${world.connect.appKey(site)}</h2>
      <span class="tag tag-${hybrid ? 'forge' : 'connect'}"
        >${hybrid ? 'Connect on Forge' : 'Connect'}</span
      >
      <span class="grow"></span>
      ${doors(view)}
    </div>
    <dl>
      ${rows.map(([name, value]) =>
        value === undefined || value === ''
          ? ''
          : html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
      )}
    </dl>
    ${hiddenModules(view)} ${hybrid ? approvalForm(view) : upgradeForm(view)}
  </section>`;
}

/** Pages that stand behind buttons of the app's entry instead of in the sidebar. */
function doors(view: View): readonly Html[] {
  const button = (label: string, path: string, key: string): Html =>
    html`<a class="button" href="${view.visit.base}/admin/${path}/${encodeURIComponent(key)}"
      >${label}</a
    >`;
  return [
    ...view.placed('get-started').map(({ key }) => button('Get started', 'get-started', key)),
    ...view.placed('configure').map(({ key }) => button('Configure', 'configure', key)),
  ];
}

function hiddenModules({ hidden }: View): Html | undefined {
  if (hidden.length === 0) return undefined;
  const why = {
    'no such place': 'this site has no such place',
    conditions: 'its conditions are not fulfilled here',
    'UI Kit': 'this site does not draw UI Kit',
  };
  return html`<details class="hidden-modules">
    <summary>${hidden.length} module${hidden.length === 1 ? ' is' : 's are'} not shown</summary>
    <ul>
      ${hidden.map(({ key, type, reason }) => html`<li><strong>${key}</strong> (${type}): ${why[reason]}</li>`)}
    </ul>
  </details>`;
}

function namesOf(keys: readonly string[] | undefined): string {
  return (keys ?? []).join(', ');
}

function upgradeForm({ world, visit }: View): Html {
  const deployed = world.platform.app !== undefined;
  return html`<form
    class="upgrade"
    data-busy="Upgrading…"
    method="post"
    action="${visit.base}/_local/upgrade"
  >
    <div>
      <strong>A version on Forge is available</strong>
      <p>
        ${
          deployed
            ? 'It replaces the Connect version where it stands. Nothing is uninstalled, nobody has to stop working, and the data stays.'
            : 'No Forge version has been deployed to this local site yet.'
        }
      </p>
    </div>
    <button class="primary" ${deployed ? undefined : html` disabled`}>
      Upgrade this site in place
    </button>
  </form>`;
}

/** A major version waits for an administrator; minor ones come by themselves. */
function approvalForm({ world, visit }: View): Html | undefined {
  const waiting = world.platform.pending?.(visit.site);
  if (waiting === undefined) return undefined;
  return html`<form
    class="upgrade"
    data-busy="Updating…"
    method="post"
    action="${visit.base}/_local/approve"
  >
    <div>
      <strong>Version ${waiting.version} waits for your approval</strong>
      <ul>
        ${(waiting.reasons ?? []).map((reason) => html`<li>${reason}</li>`)}
      </ul>
    </div>
    <button class="primary">Approve and update</button>
  </form>`;
}
