import { userOf } from '../../jira/index.ts';
import type { WorkflowStatus } from '../../types.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { ShownIssue } from '../site/subject.ts';
import type { View } from '../view.ts';
import { avatar } from './avatar.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons, typeIcon } from './icons.ts';
import { panel } from './panel.ts';
import type { OpenTransition } from './open-transition.ts';

/** The right side of an issue: its status, details, the app's contexts, its entity properties. */
export function issueSide(
  view: View,
  issue: ShownIssue,
  transitions: readonly OpenTransition[],
  context: readonly Shown[],
): Html {
  return html`<div data-refresh="status">${statusMenu(view, issue, transitions)}</div>
    <div data-refresh="details">${details(view, issue)}</div>
    ${context.map((shown) => panel(shown, { open: false }))}
    <div data-refresh="properties">${properties(view, issue)}</div>
    <p class="quiet dates">Created ${date(issue.createdAt)}</p>`;
}

/** How a status looks everywhere. */
export function statusMark(status: WorkflowStatus | undefined): Html {
  return html`<span class="status status-${status?.category ?? 'new'}"
    >${status?.name ?? 'Unknown'}</span
  >`;
}

function statusMenu(view: View, issue: ShownIssue, transitions: readonly OpenTransition[]): Html {
  const { world, visit } = view;
  const workflow = world.jira.workflows.of(visit.site, issue.projectKey);
  const status = workflow?.statuses.find(({ id }) => id === issue.statusId);
  return html`<div class="transitions">
    <span class="status status-button status-${status?.category ?? 'new'}"
      >${status?.name ?? 'Unknown'}</span
    >
    ${
      transitions.length === 0
        ? undefined
        : html`<form method="post" action="${visit.base}/_local/issue" aria-label="Transitions">
            <input type="hidden" name="issueKey" value="${issue.key}" />
            <input type="hidden" name="do" value="transition" />
            ${transitions.map(
              ({ id, name }) =>
                html`<button name="transitionId" value="${id}">
                  <span class="quiet" aria-hidden="true">→</span>${name}
                </button>`,
            )}
          </form>`
    }
  </div>`;
}

function details({ visit }: View, issue: ShownIssue): Html {
  const person = (accountId: string | undefined): Html => {
    const user = userOf(visit.site, accountId);
    if (user === undefined) return html`<span class="quiet">Unassigned</span>`;
    return html`<span class="with-mark">${avatar(user.displayName)}${user.displayName}</span>`;
  };
  const rows: (readonly [string, Html])[] = [
    ['Assignee', person(issue.assigneeId)],
    ['Reporter', person(issue.reporterId ?? visit.site.users[0]?.accountId)],
    ['Type', html`<span class="with-mark">${typeIcon(issue.type)}${issue.type}</span>`],
    ['Priority', html`<span class="with-mark">${icons.medium}Medium</span>`],
    [
      'Labels',
      issue.labels.length === 0
        ? html`<span class="quiet">None</span>`
        : html`${issue.labels.map((label) => html`<span class="tag">${label}</span> `)}`,
    ],
  ];
  return html`<section class="card">
    <h2>Details</h2>
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

/** Entity properties are invisible in Jira itself. Automation writes them; here a form does it in its name. */
function properties({ visit }: View, issue: ShownIssue): Html {
  return html`<section class="card card-closed">
    <details>
      <summary>
        ${icons.chevron}
        <h2>Entity properties</h2>
        <span class="tag">${issue.properties.size}</span>
      </summary>
      <dl class="properties">
        ${[...issue.properties].map(
          ([key, value]) =>
            html`<div>
              <dt>${key}</dt>
              <dd><code>${JSON.stringify(value)}</code></dd>
            </div>`,
        )}
      </dl>
      <form
        class="stack"
        method="post"
        action="${visit.base}/_local/issue"
        aria-label="Write as Automation"
      >
        <input type="hidden" name="issueKey" value="${issue.key}" />
        <p class="quiet">Write one as Automation for Jira does.</p>
        <label>Key<input name="key" required maxlength="255" autocomplete="off" /></label>
        <label
          >Value, JSON<textarea name="value" required rows="2" spellcheck="false"></textarea>
        </label>
        <button name="do" value="property">Set property</button>
      </form>
    </details>
  </section>`;
}

function date(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en', { dateStyle: 'long', timeZone: 'UTC' });
}
