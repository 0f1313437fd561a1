import type { Project } from '../../jira/index.ts';
import type { RuleModule, RuleView, WorkflowTransition } from '../../types.ts';
import { buildPageData, frameId } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { origin } from './panel.ts';
import { hasEntry, placedRule } from './placed-rule.ts';
import { projectSide } from './side.ts';

/** The page where a rule is added or changed: the app's form, and Jira's buttons under it. */
export function rulePage(
  view: View,
  project: Project,
  transition: WorkflowTransition,
  target: RuleView | RuleModule,
): Html | undefined {
  const { visit } = view;
  const rule = 'rule' in target ? target : undefined;
  const module = 'rule' in target ? target.module : target;
  if (module === undefined) return undefined;
  const placed = placedRule(view, module);
  const entry = rule === undefined ? 'create' : 'edit';
  const keys = {
    projectKey: project.key,
    transitionId: transition.id,
    ...(rule && { ruleId: rule.rule.id }),
  };
  const shown: Shown | undefined =
    placed !== undefined && hasEntry(placed, entry)
      ? { placed, purpose: { entry, rule: keys } }
      : undefined;
  const back = `${visit.base}/projects/${project.key}/workflow`;
  const main = html`<nav class="crumbs" aria-label="Breadcrumbs">
      <a href="${back}">Workflow</a><span>/</span><span>${transition.name}</span>
    </nav>
    <div class="page-head">
      <h1>${module.name}</h1>
      ${origin({ kind: module.module.face })}
    </div>
    <p class="lead">${module.description}</p>
    ${shown === undefined ? html`<p class="message">There is nothing to configure.</p>` : html`<div class="card frame rule-form" id="${frameId(shown)}"></div>`}
    <div
      class="rule-buttons"
      data-rule-kind="${module.kind}"
      data-frame="${shown === undefined ? '' : frameId(shown)}"
      data-back="${back}"
      data-project="${project.key}"
      data-transition="${transition.id}"
      data-module="${module.module.key}"
      data-rule="${rule?.rule.id ?? ''}"
    >
      <button type="button" class="primary" data-save-rule disabled>
        ${rule === undefined ? 'Add' : 'Update'}
      </button>
      <a class="button" href="${back}">Cancel</a>
    </div>`;
  const data = buildPageData(view, shown === undefined ? [] : [shown], back);
  const side = projectSide(view, project, '/workflow');
  return layout(view, { title: module.name, section: 'projects', side, main, data });
}
