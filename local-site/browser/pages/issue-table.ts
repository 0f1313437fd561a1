import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { typeIcon } from './icons.ts';
import { statusMark } from './issue-side.ts';

/** What a row needs to know of an issue; the rest is looked up. */
export interface ListedIssue {
  readonly key: string;
}

/** Issues as rows. One that is gone meanwhile is left out. */
export function issueTable(view: View, issues: readonly ListedIssue[]): Html {
  return html`<table class="grid">
    <thead>
      <tr>
        <th scope="col" class="narrow">Type</th>
        <th scope="col" class="narrow">Key</th>
        <th scope="col">Summary</th>
        <th scope="col" class="narrow">Status</th>
      </tr>
    </thead>
    <tbody>
      ${issues.map(({ key }) => row(view, key))}
    </tbody>
  </table>`;
}

function row({ world, visit }: View, key: string): Html {
  const issue = world.jira.issue(visit.site, key);
  if (issue === undefined) return html``;
  const href = `${visit.base}/browse/${issue.key}`;
  const statuses = world.jira.workflows.of(visit.site, issue.projectKey)?.statuses;
  return html`<tr>
    <td class="narrow" title="${issue.type}">
      ${typeIcon(issue.type)}<span class="hidden">${issue.type}</span>
    </td>
    <td class="narrow"><a class="key" href="${href}">${issue.key}</a></td>
    <td><a class="plain" href="${href}">${issue.summary}</a></td>
    <td class="narrow">${statusMark(statuses?.find(({ id }) => id === issue.statusId))}</td>
  </tr>`;
}
