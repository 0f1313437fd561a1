import type { Generation } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { PageData } from '../page-data.ts';
import { placedAt } from '../placements.ts';
import { html, jsonScript } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';

export interface Page {
  readonly title: string;
  /** Which entry of the header is current. */
  readonly section: 'projects' | 'apps' | 'admin';
  readonly side?: Html | undefined;
  readonly main: Html;
  /** Present when the page shows frames of the app. */
  readonly data?: PageData | undefined;
}

const GENERATIONS: Readonly<Record<Generation, { label: string; title: string }>> = {
  none: { label: 'No app', title: 'No app is installed on this site' },
  connect: { label: 'Connect', title: 'This site runs the Connect app' },
  hybrid: {
    label: 'Connect on Forge',
    title: 'This site runs the Forge app with its Connect modules',
  },
};

/** The frame of every page: header with site, generation and user switcher; sidebar; content. */
export function layout(world: BrowserWorld, visit: Visit, page: Page): Html {
  const { site } = visit;
  return html`<!doctype html>
    <html
      lang="en"
      data-color-mode="light"
      data-theme="light:light spacing:spacing typography:typography-adg3 shape:shape"
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} - ${site.displayName}</title>
        <link rel="icon" href="data:," />
        ${['light', 'spacing', 'shape', 'typography-adg3'].map(
          (theme) =>
            html`<link rel="stylesheet" href="/connect/themes/atlaskit-tokens_${theme}.css" />`,
        )}
        <link rel="stylesheet" href="/_local/styles/site.css" />
        <script type="module" src="/_local/client/chrome.ts"></script>
        ${page.data === undefined ? undefined : scripts(page.data)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        ${header(world, visit, page)}
        <div class="shell${page.side === undefined ? ' shell-wide' : ''}">
          ${page.side === undefined ? undefined : html`<nav class="side" aria-label="Sidebar">${page.side}</nav>`}
          <main id="main" class="main">${page.main}</main>
        </div>
        <div
          id="flags"
          class="flags"
          role="region"
          aria-label="Notifications"
          aria-live="polite"
        ></div>
      </body>
    </html>`;
}

function scripts(data: PageData): Html {
  return html`<script type="application/json" id="page-data">
      ${jsonScript(data)}
    </script>
    <script src="/_local/vendor/jquery.js"></script>
    <script src="/_local/vendor/globals.js"></script>
    <script src="/_local/vendor/connect-host.js"></script>
    <script type="module" src="/_local/client/page.ts"></script>`;
}

function header(world: BrowserWorld, visit: Visit, page: Page): Html {
  const { site, base, user } = visit;
  const generation = GENERATIONS[site.generation];
  const apps = placedAt('global', site, world.connect, world.platform);
  const link = (section: Page['section'], href: string, label: string): Html =>
    html`<a
      href="${base}${href}"
      ${page.section === section ? html` aria-current="page"` : undefined}
      >${label}</a
    >`;
  return html`<header class="top">
    <a class="brand" href="${base}/">${icons.logo}<span>${site.displayName}</span></a>
    <nav class="topnav" aria-label="Site">
      ${link('projects', '/', 'Projects')}
      ${apps.map((app) => link('apps', `/apps/${encodeURIComponent(app.key)}`, app.title))}
      ${link('admin', '/admin', 'Administration')}
    </nav>
    <span class="grow"></span>
    <span class="generation generation-${site.generation}" title="${generation.title}"
      ><span class="dot"></span>${generation.label}</span
    >
    ${userSwitcher(visit)}
  </header>`;

  function userSwitcher({ pathAndQuery }: Visit): Html {
    return html`<details class="menu">
      <summary aria-label="Signed in as ${user.displayName}. Switch user">
        ${avatar(user.displayName)}<span class="menu-name">${user.displayName}</span
        >${icons.chevron}
      </summary>
      <form class="menu-list" method="post" action="${base}/_local/user">
        <input type="hidden" name="back" value="${base}${pathAndQuery}" />
        <p class="menu-title">Look at this site as</p>
        ${site.users.map(
          (each) =>
            html`<button
              name="accountId"
              value="${each.accountId}"
              ${each.accountId === user.accountId ? html` aria-current="true"` : undefined}
            >
              ${avatar(each.displayName)}<span
                >${each.displayName}<small>${roleOf(each)}</small></span
              >
            </button>`,
        )}
      </form>
    </details>`;
  }
}

function roleOf(user: Visit['user']): string {
  if (user.admin) return 'Site administrator';
  return user.projectAccess === false ? 'No access to projects' : 'Member';
}

/** The round mark with a person's initials. */
export function avatar(name: string): Html {
  const initials = name
    .split(/\s+/)
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 2);
  const hue = (name.length * 7 + name.charCodeAt(0)) % 6;
  return html`<span class="avatar avatar-${hue}" aria-hidden="true">${initials}</span>`;
}
