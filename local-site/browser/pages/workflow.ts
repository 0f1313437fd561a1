import type { Project } from '../../jira/index.ts';
import type { RuleKind, RuleModule, RuleView, Workflow, WorkflowTransition } from '../../types.ts';
import { buildPageData, frameId } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import { mayEdit } from '../site/workflow-door.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { statusMark } from './issue-side.ts';
import { layout } from './layout.ts';
import { origin } from './panel.ts';
import { hasEntry, placedRule } from './placed-rule.ts';
import { projectSide } from './side.ts';

const KINDS: readonly (readonly [RuleKind, string, string])[] = [
  ['condition', 'Conditions', 'who sees the transition'],
  ['validator', 'Validators', 'what must be true'],
  ['postFunction', 'Post functions', 'what happens afterwards'],
];

/** The workflow of a project: each transition with the rules on it. */
export function workflowPage(view: View, project: Project, workflow: Workflow): Html {
  const { world, visit } = view;
  const rules = world.jira.workflows.rules(visit.site, project.key);
  const modules = world.jira.workflows.ruleModules(visit.site);
  const editable = mayEdit(world, visit, project.key);
  const main = html`<nav class="crumbs" aria-label="Breadcrumbs">
      <a href="${visit.base}/">Projects</a><span>/</span
      ><a href="${visit.base}/projects/${project.key}">${project.name}</a><span>/</span
      ><span>Workflow</span>
    </nav>
    <div class="page-head"><h1>${workflow.name}</h1></div>
    <div class="transitions-list">
      ${workflow.transitions.map((transition) =>
        transitionCard(view, project, workflow, transition, rules, editable ? modules : []),
      )}
    </div>`;
  const shown = rules.flatMap((rule) => summaryFrame(view, project, rule) ?? []);
  const data = buildPageData(view, shown, `${visit.base}/projects/${project.key}/workflow`);
  const side = projectSide(view, project, '/workflow');
  return layout(view, { title: workflow.name, section: 'projects', side, main, data });
}

function transitionCard(
  view: View,
  project: Project,
  workflow: Workflow,
  transition: WorkflowTransition,
  rules: readonly RuleView[],
  modules: readonly RuleModule[],
): Html {
  const status = (id: string): Html => statusMark(workflow.statuses.find((each) => each.id === id));
  const from =
    transition.from.length === 0
      ? html`<span class="status">Any status</span>`
      : html`${transition.from.map(status)}`;
  const own = rules.filter(({ transition: { id } }) => id === transition.id);
  return html`<section class="card transition" aria-label="${transition.name}">
    <div class="transition-head">
      <h2>${transition.name}</h2>
      <span class="way">${from}<span aria-hidden="true">→</span>${status(transition.to)}</span>
      <span class="grow"></span>
      ${modules.length === 0 ? undefined : addMenu(view, project, transition, modules)}
    </div>
    ${own.length === 0 ? html`<p class="quiet transition-empty">No rules of apps.</p>` : undefined}
    ${KINDS.map(([kind, title, meaning]) => {
      const ofKind = own.filter(({ rule }) => rule.kind === kind);
      if (ofKind.length === 0) return html``;
      return html`<h3>${title} <small>${meaning}</small></h3>
        ${ofKind.map((rule) => ruleItem(view, project, rule, modules.length > 0))}`;
    })}
  </section>`;
}

function addMenu(
  { visit }: View,
  project: Project,
  transition: WorkflowTransition,
  modules: readonly RuleModule[],
): Html {
  const root = `${visit.base}/projects/${project.key}/workflow/add`;
  return html`<details class="menu">
    <summary class="button">${icons.plus} Add rule</summary>
    <div class="menu-list">
      ${KINDS.map(([kind, title]) => {
        const ofKind = modules.filter((each) => each.kind === kind);
        if (ofKind.length === 0) return html``;
        return html`<p class="menu-title">${title}</p>
          ${ofKind.map(
            ({ module, name, description }) =>
              html`<a
                href="${root}?transition=${transition.id}&module=${encodeURIComponent(module.key)}"
                ><span>${name}<small>${description}</small></span
                >${origin({ kind: module.face })}</a
              >`,
          )}`;
      })}
    </div>
  </details>`;
}

function ruleItem(view: View, project: Project, rule: RuleView, editable: boolean): Html {
  const { visit } = view;
  const root = `${visit.base}/projects/${project.key}/workflow`;
  const frame = summaryFrame(view, project, rule);
  const { id, savedAs, moduleKey } = rule.rule;
  const saved =
    rule.module !== undefined && savedAs !== rule.module.module.face
      ? html`<span
          class="tag"
          title="It runs in the Forge module and keeps its configuration until somebody saves it again."
          >saved by Connect</span
        >`
      : undefined;
  return html`<div class="rule" data-rule="${id}">
    <div class="rule-head">
      <strong>${rule.module?.name ?? moduleKey}</strong>
      ${rule.module === undefined ? html`<span class="tag tag-danger">no module runs it</span>` : origin({ kind: rule.module.module.face })}
      ${saved}
      <span class="grow"></span>
      ${
        editable
          ? html`${rule.module === undefined ? undefined : html`<a class="button" href="${root}/rules/${id}">Edit</a>`}
              <button type="button" data-remove-rule="${id}" data-project="${project.key}" disabled>
                Remove
              </button>`
          : undefined
      }
    </div>
    <p>${rule.summary}</p>
    ${frame === undefined ? undefined : html`<div class="frame" id="${frameId(frame)}"></div>`}
  </div>`;
}

/** The read-only page of a rule's configuration, when its module has one. */
function summaryFrame(view: View, project: Project, rule: RuleView): Shown | undefined {
  const placed = placedRule(view, rule.module);
  if (placed === undefined || !hasEntry(placed, 'view')) return undefined;
  return { placed, purpose: { entry: 'view', rule: ruleKeys(project, rule) } };
}

function ruleKeys(
  project: Project,
  { rule, transition }: RuleView,
): { projectKey: string; transitionId: string; ruleId: string } {
  return { projectKey: project.key, transitionId: transition.id, ruleId: rule.id };
}
