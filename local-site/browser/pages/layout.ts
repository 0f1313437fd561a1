import type { PageData } from '../page-data.ts';
import type { View } from '../view.ts';
import { html, jsonScript } from './html.ts';
import type { Html } from './html.ts';
import { header } from './header.ts';
import type { Page } from './page-parts.ts';

const SHEETS = ['spacing', 'shape', 'typography-adg3'];

/**
 * The frame of every page: a line that says what this is, header, sidebar, content. With `?embedded` only the content, for an
 * issue inside a dialog.
 */
export function layout(view: View, page: Page): Html {
  const { visit } = view;
  const { theme, site, query } = visit;
  const embedded = query.has('embedded');
  const problem = page.saysProblem === true ? null : query.get('problem');
  return html`<!doctype html>
    <html
      lang="en"
      data-color-mode="${theme}"
      data-theme="${theme}:${theme} spacing:spacing typography:typography-adg3 shape:shape"
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} - ${site.displayName}</title>
        <link rel="icon" href="data:," />
        ${[theme, ...SHEETS].map(
          (name) =>
            html`<link rel="stylesheet" href="/connect/themes/atlaskit-tokens_${name}.css" />`,
        )}
        <link rel="stylesheet" href="/_local/styles/site.css" />
        <link rel="stylesheet" href="/_local/styles/places.css" />
        <script type="module" src="/_local/client/chrome.ts"></script>
        ${page.data === undefined ? undefined : scripts(page.data)}
      </head>
      <body>
        ${embedded ? undefined : html`<a class="skip" href="#main">Skip to content</a>${standIn(view)}${header(view, page)}`}
        <div class="shell${page.side === undefined ? ' shell-wide' : ''}">
          ${page.side === undefined || embedded ? undefined : html`<nav class="side" aria-label="Sidebar">${page.side}</nav>`}
          <main id="main" class="main">
            ${problem === null ? undefined : html`<div class="banner banner-danger" role="alert">${problem}</div>`}
            ${page.main}
          </main>
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

function standIn({ world }: View): Html {
  return html`<p class="stand-in">
    <strong>Local stand-in for Jira Cloud.</strong> It runs on this machine and is not made by
    Atlassian.
    ${world.control === undefined ? undefined : html`<a href="/_local/control">Control</a>`}
  </p>`;
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
