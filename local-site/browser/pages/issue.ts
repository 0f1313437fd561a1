import type { Project } from '../../jira/index.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { placedAt } from '../placements.ts';
import { pageData } from './frames.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons, typeIcon } from './icons.ts';
import { avatar, layout } from './layout.ts';
import { panel } from './panel.ts';
import { projectSide } from './side.ts';

type ShownIssue = NonNullable<ReturnType<BrowserWorld['jira']['issue']>>;

/** The issue view, with the app's panels of both generations side by side. */
export function issuePage(
  world: BrowserWorld,
  visit: Visit,
  issue: ShownIssue,
  project: Project,
): Html {
  const { site, base } = visit;
  const centre = placedAt('issue', site, world.connect, world.platform);
  const beside = placedAt('issue-side', site, world.connect, world.platform);
  const main = html`<nav class="crumbs" aria-label="Breadcrumbs">
      <a href="${base}/">Projects</a><span>/</span
      ><a href="${base}/projects/${project.key}">${project.name}</a><span>/</span>
      <a href="${base}/browse/${issue.key}" aria-current="page"
        >${typeIcon(issue.type)}${issue.key}</a
      >
    </nav>
    <div class="issue">
      <article class="issue-main">
        <h1>${issue.summary}</h1>
        <section aria-label="Description">
          <h2>Description</h2>
          ${description(issue.description)}
        </section>
        ${centre.map(panel)}
        <section aria-label="Activity">
          <h2>Activity</h2>
          <p class="quiet">No comments yet.</p>
        </section>
      </article>
      <aside class="issue-side" aria-label="Details">
        <span class="status status-button">To Do ${icons.chevron}</span>
        ${details(visit, issue)} ${beside.map(panel)}
        <p class="quiet dates">Created ${date(issue.createdAt)}</p>
      </aside>
    </div>`;
  const data = pageData(world, visit, { issue, project }, [...centre, ...beside], {
    pagePath: `${base}/browse/${issue.key}`,
    fullPage: false,
  });
  const side = projectSide(world, visit, project, 'none');
  const title = `[${issue.key}] ${issue.summary}`;
  return layout(world, visit, { title, section: 'projects', side, main, data });
}

function description(text: string | undefined): Html {
  if (text === undefined) return html`<p class="quiet">Add a description…</p>`;
  return html`<div class="prose">
    ${text.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}
  </div>`;
}

function details(visit: Visit, issue: ShownIssue): Html {
  const reporter = visit.site.users[0];
  const rows: (readonly [string, Html])[] = [
    ['Assignee', html`<span class="quiet">Unassigned</span>`],
    [
      'Reporter',
      reporter === undefined
        ? html`None`
        : html`<span class="with-mark"
            >${avatar(reporter.displayName)}${reporter.displayName}</span
          >`,
    ],
    ['Type', html`<span class="with-mark">${typeIcon(issue.type)}${issue.type}</span>`],
    ['Priority', html`<span class="with-mark">${icons.medium}Medium</span>`],
    ['Labels', html`<span class="quiet">None</span>`],
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

function date(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en', { dateStyle: 'long', timeZone: 'UTC' });
}
