import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { message } from './message.ts';
import { adminSide } from './side.ts';

/** What an admin sees about the app on this site, and the button that upgrades it in place. */
export function adminPage(world: BrowserWorld, visit: Visit): Html {
  const problem = visit.query.get('problem');
  const main = html`<h1>Manage apps</h1>
    ${problem === null ? undefined : html`<div class="banner banner-danger" role="alert"><strong>The upgrade failed.</strong> ${problem} The site runs what it ran before.</div>`}
    ${visit.query.has('upgraded') ? html`<div class="banner banner-success" role="status"><strong>Upgraded in place.</strong> This site now runs the Forge version of the app; its Connect pages go on working.</div>` : undefined}
    ${visit.site.generation === 'none' ? message('No app is installed on this site.') : appCard(world, visit)}`;
  const side = adminSide(world, visit, '');
  return layout(world, visit, { title: 'Manage apps', section: 'admin', side, main });
}

function appCard(world: BrowserWorld, visit: Visit): Html {
  const { site } = visit;
  const hybrid = site.generation === 'hybrid';
  const rows: (readonly [string, string | undefined])[] = [
    ['Version', hybrid ? world.platform.app?.version : undefined],
    ['Client key', site.clientKey],
    ['Cloud id', site.cloudId],
    ['Installation', site.installationId],
    ['Connect modules', namesOf(world.connect.modules(site).map(({ key, type }) => key || type))],
    [
      'Forge modules',
      hybrid ? namesOf(world.platform.app?.uiModules.map(({ key }) => key)) : undefined,
    ],
  ];
  return html`<section class="card card-app">
    <div class="page-head">
      <h2>${world.connect.appKey(site)}</h2>
      <span class="tag tag-${hybrid ? 'forge' : 'connect'}"
        >${hybrid ? 'Connect on Forge' : 'Connect'}</span
      >
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
    ${hybrid ? undefined : upgradeForm(world, visit)}
  </section>`;
}

function namesOf(keys: readonly string[] | undefined): string {
  return (keys ?? []).join(', ');
}

function upgradeForm(world: BrowserWorld, visit: Visit): Html {
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
