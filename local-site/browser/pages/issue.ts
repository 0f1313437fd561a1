import type { Project } from '../../jira/index.ts';
import { buildPageData } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { ShownIssue } from '../site/subject.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { typeIcon } from './icons.ts';
import { activity } from './issue-activity.ts';
import { actionMenu, shownActions } from './issue-actions.ts';
import { issuePanels } from './issue-panels.ts';
import { issueSide } from './issue-side.ts';
import { layout } from './layout.ts';
import { projectSide } from './side.ts';
import type { OpenTransition } from './open-transition.ts';

/** The issue view, with the app's panels of both generations side by side. */
export function issuePage(
  view: View,
  issue: ShownIssue,
  project: Project,
  transitions: readonly OpenTransition[],
): Html {
  const { base } = view.visit;
  const panels = issuePanels(view, issue);
  const context: Shown[] = view.placed('issue-context').map((placed) => ({ placed }));
  const tabs: Shown[] = view.placed('issue-activity').map((placed) => ({ placed }));
  const actions = shownActions(view);
  const main = html`<nav class="crumbs" aria-label="Breadcrumbs">
      <a href="${base}/">Projects</a><span>/</span
      ><a href="${base}/projects/${project.key}">${project.name}</a><span>/</span>
      <a href="${base}/browse/${issue.key}" aria-current="page"
        >${typeIcon(issue.type)}${issue.key}</a
      >
    </nav>
    <div class="issue">
      <article class="issue-main">
        <div data-refresh="summary"><h1>${issue.summary}</h1></div>
        <div class="issue-bar">${panels.add} ${actionMenu(actions)}</div>
        <section aria-label="Description" data-refresh="description">
          <h2>Description</h2>
          ${description(issue.description)}
        </section>
        ${panels.sections} ${activity(tabs)}
      </article>
      <aside class="issue-side" aria-label="Details">
        ${issueSide(view, issue, transitions, context)}
      </aside>
    </div>`;
  const shown = [...panels.shown, ...context, ...tabs, ...actions];
  const data = buildPageData(view, shown, `${base}/browse/${issue.key}`);
  const side = projectSide(view, project, '/issue');
  const title = `[${issue.key}] ${issue.summary}`;
  return layout(view, { title, section: 'projects', side, main, data });
}

function description(text: string | undefined): Html {
  if (text === undefined) return html`<p class="quiet">No description.</p>`;
  return html`<div class="prose">
    ${text.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}
  </div>`;
}
