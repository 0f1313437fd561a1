import type { PropertyAlias } from '../../types.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { issueTable } from './issue-table.ts';
import type { ListedIssue } from './issue-table.ts';
import { layout } from './layout.ts';
import { message } from './message.ts';

/** What Jira answered to a query. */
export type SearchResult =
  | { readonly issues: readonly ListedIssue[]; readonly more: boolean }
  | { readonly problem: string };

/** Issues found by JQL, with the names that the app has given to parts of entity properties. */
export function searchPage(view: View, jql: string, result: SearchResult): Html {
  const { visit, world } = view;
  const aliases = world.jira.propertyAliases(visit.site);
  const main = html`<h1>Issues</h1>
    <form class="search" role="search" action="${visit.base}/issues">
      <label class="hidden" for="jql">JQL</label>
      <input
        id="jql"
        name="jql"
        value="${jql}"
        spellcheck="false"
        autocomplete="off"
        placeholder="project = TALLY order by created"
      />
      <button class="primary">${icons.search} Search</button>
    </form>
    ${aliases.length === 0 ? undefined : aliasList(view, aliases)} ${found(view, result)}`;
  return layout(view, { title: 'Issues', section: 'issues', main });
}

function found(view: View, result: SearchResult): Html {
  if ('problem' in result) {
    return html`<div class="banner banner-danger" role="alert">${result.problem}</div>`;
  }
  if (result.issues.length === 0) return message('No issues were found.');
  return html`${issueTable(view, result.issues)}
    <p class="pager">
      ${result.issues.length.toLocaleString('en')}
      issue${result.issues.length === 1 ? '' : 's'}${result.more ? ', and more' : ''}
    </p>`;
}

function aliasList({ visit }: View, aliases: readonly PropertyAlias[]): Html {
  return html`<p class="aliases">
    <span class="quiet">From the app:</span>
    ${aliases.map(({ alias, propertyKey, path, type }) => {
      const name = alias ?? `issue.property[${propertyKey}].${path}`;
      return html`<a
        class="tag"
        title="${type}, ${propertyKey} ${path}"
        href="${visit.base}/issues?jql=${encodeURIComponent(`${name} is not empty`)}"
        >${name}</a
      > `;
    })}
  </p>`;
}
