import type { Shown } from '../frames/build-page-data.ts';
import type { Placed } from '../placements.ts';
import type { ShownIssue } from '../site/subject.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { panel } from './panel.ts';

export interface IssuePanels {
  readonly shown: readonly Shown[];
  readonly sections: readonly Html[];
  /** Buttons that add what is not there yet. */
  readonly add: readonly Html[];
}

/**
 * The panels in the middle of an issue. A Connect panel is there at once; a Forge panel is a button until somebody adds it
 * [doc: Forge, jira:issuePanel].
 */
export function issuePanels(view: View, issue: ShownIssue): IssuePanels {
  const { world, visit } = view;
  const shown: Shown[] = [];
  const sections: Html[] = [];
  const add: Html[] = [];
  for (const placed of view.placed('issue-panel')) {
    const state =
      placed.kind === 'connect' ? 'added' : world.panels.stateOf(visit.site, issue.id, placed.key);
    if (state === 'absent') {
      add.push(button(view, issue, placed));
      continue;
    }
    const each: Shown = { placed, purpose: state === 'new' ? { isNew: true } : {} };
    shown.push(each);
    sections.push(
      panel(each, {
        open: true,
        ...(placed.kind === 'forge' && { actions: menu(view, issue, placed) }),
      }),
    );
  }
  return { shown, sections, add };
}

function button({ visit }: View, issue: ShownIssue, { key, title }: Placed): Html {
  return html`<form method="post" action="${visit.base}/_local/issue">
    <input type="hidden" name="issueKey" value="${issue.key}" />
    <input type="hidden" name="moduleKey" value="${key}" />
    <button name="do" value="add-panel">${icons.plus} Add ${title}</button>
  </form>`;
}

function menu({ visit }: View, issue: ShownIssue, { key, title }: Placed): Html {
  const item = (value: string, label: string): Html =>
    html`<button name="do" value="${value}">${label}</button>`;
  return html`<details class="menu panel-menu">
    <summary aria-label="More about ${title}">${icons.more}</summary>
    <form class="menu-list" method="post" action="${visit.base}/_local/issue">
      <input type="hidden" name="issueKey" value="${issue.key}" />
      <input type="hidden" name="moduleKey" value="${key}" />
      ${item('remove-panel', 'Remove from this issue')}
      ${visit.user.admin ? html`${item('panel-on-all', 'Show on all issues')}${item('panel-off-all', 'Hide from all issues')}` : undefined}
    </form>
  </details>`;
}
