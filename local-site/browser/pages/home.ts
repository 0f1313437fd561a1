import type { Project } from '../../jira/index.ts';
import type { View } from '../view.ts';
import { mayIn } from '../site/subject.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { issueTable } from './issue-table.ts';
import { layout } from './layout.ts';
import { message } from './message.ts';
import { GENERATIONS } from './page-parts.ts';
import { projectMark, projectSide } from './side.ts';

const ISSUES_PER_PAGE = 50;
const SITES_SHOWN = 200;

/** The front page: projects, and all sites where there are several. */
export function homePage(view: View): Html {
  const { world, visit } = view;
  const projects = world.jira
    .projects(visit.site)
    .filter(({ key }) => mayIn(world, visit, 'BROWSE_PROJECTS', key));
  const main = html`<h1>Projects</h1>
    ${projects.length === 0 ? message('You have no access to any project of this site.') : projectTable(view, projects)}
    ${world.sites.size > 1 ? siteList(view) : undefined}`;
  return layout(view, { title: 'Projects', section: 'projects', main });
}

/** The issues of a project, page by page. */
export function projectPage(view: View, project: Project): Html {
  const { world, visit } = view;
  const start = Math.max(0, Number.parseInt(visit.query.get('start') ?? '0', 10) || 0);
  const { total, issues } = world.jira.issuePage(visit.site, project.key, start, ISSUES_PER_PAGE);
  const root = `${visit.base}/projects/${project.key}`;
  const main = html`<nav class="crumbs" aria-label="Breadcrumbs">
      <a href="${visit.base}/">Projects</a><span>/</span><span>${project.name}</span>
    </nav>
    <h1>Issues</h1>
    ${issueTable(view, issues)}
    <p class="pager">
      ${total === 0 ? 'No issues' : `${start + 1}–${start + issues.length} of ${total.toLocaleString('en')}`}
      ${start > 0 ? html`<a href="${root}?start=${Math.max(0, start - ISSUES_PER_PAGE)}">Previous</a>` : undefined}
      ${start + issues.length < total ? html`<a href="${root}?start=${start + ISSUES_PER_PAGE}">Next</a>` : undefined}
    </p>`;
  const side = projectSide(view, project, '');
  return layout(view, { title: project.name, section: 'projects', side, main });
}

function projectTable({ world, visit }: View, projects: readonly Project[]): Html {
  return html`<table class="grid">
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Key</th>
        <th scope="col" class="number">Issues</th>
        <th scope="col">First issues</th>
      </tr>
    </thead>
    <tbody>
      ${projects.map((project) => {
        const { total, issues } = world.jira.issuePage(visit.site, project.key, 0, 3);
        return html`<tr>
          <td>
            <a class="with-mark" href="${visit.base}/projects/${project.key}"
              >${projectMark(project)}${project.name}</a
            >
          </td>
          <td>${project.key}</td>
          <td class="number">${total.toLocaleString('en')}</td>
          <td>
            ${issues.map((issue) => html`<a class="key" href="${visit.base}/browse/${issue.key}" title="${issue.summary}">${issue.key}</a> `)}
          </td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function siteList({ world, visit }: View): Html {
  const sites = [...world.sites.values()].slice(0, SITES_SHOWN);
  const more = world.sites.size - sites.length;
  return html`<h2 class="spaced">Sites</h2>
    <ul class="sites">
      ${sites.map(
        (site) =>
          html`<li>
            <a
              href="${site.baseUrl}/"
              ${site === visit.site ? html` aria-current="page"` : undefined}
            >
              <span class="site-name">${site.displayName}</span
              ><span class="generation generation-${site.generation}"
                ><span class="dot"></span>${GENERATIONS[site.generation].label}</span
              ></a
            >
          </li>`,
      )}
    </ul>
    ${more > 0 ? html`<p class="quiet">and ${more.toLocaleString('en')} more</p>` : undefined}`;
}
