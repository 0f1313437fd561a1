import type { User } from '../../types.ts';
import type { View } from '../view.ts';
import { avatar } from './avatar.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { GENERATIONS } from './page-parts.ts';
import type { Page, Section } from './page-parts.ts';

/** From this many on, the app's pages stand in a menu of their own. */
const PAGES_IN_LINE = 1;

/** The bar at the top: site, places, the app's pages, what is installed, theme, person. */
export function header(view: View, page: Page): Html {
  const { site, base } = view.visit;
  const generation = GENERATIONS[site.generation];
  const link = (section: Section, href: string, label: string): Html =>
    html`<a
      href="${base}${href}"
      ${page.section === section ? html` aria-current="page"` : undefined}
      >${label}</a
    >`;
  return html`<header class="top">
    <a class="brand" href="${base}/">${icons.logo}<span>${site.displayName}</span></a>
    <nav class="topnav" aria-label="Site">
      ${link('projects', '/', 'Projects')} ${link('issues', '/issues', 'Issues')}
      ${link('dashboards', '/jira/dashboards', 'Dashboards')} ${appLinks(view, page, link)}
      ${link('admin', '/admin', 'Administration')}
    </nav>
    <span class="grow"></span>
    <span class="generation generation-${site.generation}" title="${generation.title}"
      ><span class="dot"></span><span class="generation-name">${generation.label}</span></span
    >
    ${themeSwitch(view)} ${userSwitcher(view)}
  </header>`;
}

function appLinks(
  view: View,
  page: Page,
  link: (section: Section, href: string, label: string) => Html,
): Html | undefined {
  const apps = view.placed('global');
  if (apps.length === 0) return undefined;
  const href = (key: string): string => `/apps/${encodeURIComponent(key)}`;
  if (apps.length <= PAGES_IN_LINE) {
    return html`${apps.map((app) => link('apps', href(app.key), app.title))}`;
  }
  return html`<details class="menu menu-nav">
    <summary ${page.section === 'apps' ? html` data-current` : undefined}>
      Apps ${icons.chevron}
    </summary>
    <div class="menu-list menu-list-left">
      ${apps.map((app) => html`<a href="${view.visit.base}${href(app.key)}">${icons.app}<span>${app.title}</span></a>`)}
    </div>
  </details>`;
}

function themeSwitch({ visit }: View): Html {
  const { base, theme, pathAndQuery } = visit;
  const next = theme === 'light' ? 'dark' : 'light';
  return html`<form method="post" action="${base}/_local/theme">
    <input type="hidden" name="back" value="${base}${pathAndQuery}" />
    <button
      class="icon-button"
      name="theme"
      value="${next}"
      aria-label="Change to the ${next} theme"
      title="Change to the ${next} theme"
    >
      ${theme === 'light' ? icons.moon : icons.sun}
    </button>
  </form>`;
}

function userSwitcher({ visit }: View): Html {
  const { base, pathAndQuery, user, site } = visit;
  return html`<details class="menu">
    <summary aria-label="Signed in as ${user.displayName}. Switch user">
      ${avatar(user.displayName)}<span class="menu-name">${user.displayName}</span>${icons.chevron}
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

function roleOf(user: User): string {
  if (user.admin) return 'Site administrator';
  if (user.projectAccess === false) return 'No access to projects';
  return user.projects === undefined ? 'Member' : `Only in ${user.projects.join(', ')}`;
}
