import type { RuleView, Site, Workflow, WorkflowRule, Workflows } from '../../types.ts';
import { evaluate, ExpressionError, fromJson } from '../expressions/index.ts';
import { JiraError } from '../jira-error.ts';
import type { Project } from '../state/project-record.ts';
import type { SiteState } from '../state/site-state.ts';
import type { JiraWorld } from '../world.ts';
import { configurationOf, workflowId, workflowName } from './rule-context.ts';
import { ruleId } from './rule-id.ts';
import { moduleOfRule, ruleModulesOf } from './rule-modules.ts';
import { STATUSES } from './standard-workflow.ts';

/** The longest configuration of a rule, in bytes [Forge docs: the new workflow editor, the only one since July 2026]. */
export const MAX_CONFIGURATION_BYTES = 32 * 1024;

/** Workflows as their editor sees them. */
export function createWorkflowDoors(
  world: JiraWorld,
  stateOf: (site: Site) => SiteState,
): Workflows {
  return {
    of(site, projectIdOrKey) {
      const project = stateOf(site).project(projectIdOrKey);
      return project === undefined ? undefined : workflowOf(project);
    },
    ruleModules: (site) => ruleModulesOf(world.modules(stateOf(site))),
    rules(site, projectIdOrKey) {
      const state = stateOf(site);
      const { transitions } = projectOf(state, projectIdOrKey);
      return transitions.flatMap((transition) =>
        transition.rules.map((rule) => viewOf(world, state, { rule, transition })),
      );
    },
    addRule(site, projectIdOrKey, { transitionId, kind, moduleKey, configuration }) {
      const state = stateOf(site);
      const project = projectOf(state, projectIdOrKey);
      if (!project.transitions.some(({ id }) => id === transitionId)) {
        throw new JiraError('UNKNOWN_TRANSITION', `There is no transition ${transitionId}.`);
      }
      // Whichever face stands under the key: as for a rule saved by Connect, Forge comes first.
      const savedAs = faceOf(world, state, { kind, moduleKey, savedAs: 'connect' });
      const rule: WorkflowRule = {
        ...{ id: ruleId(site.cloudId, state.next('rule')), kind, moduleKey, savedAs },
        ...(configuration === undefined ? {} : { configuration: checked(configuration) }),
      };
      replaceRules(state, project, transitionId, (rules) => [...rules, rule]);
      return rule;
    },
    editRule(site, projectIdOrKey, id, configuration) {
      const state = stateOf(site);
      const project = projectOf(state, projectIdOrKey);
      const found = findRule(project, id);
      const savedAs = faceOf(world, state, found.rule);
      const rule = { ...found.rule, savedAs, configuration: checked(configuration) };
      replaceRules(state, project, found.transitionId, (rules) =>
        rules.map((each) => (each.id === id ? rule : each)),
      );
      return rule;
    },
    removeRule(site, projectIdOrKey, id) {
      const state = stateOf(site);
      const project = projectOf(state, projectIdOrKey);
      const owner = project.transitions.find(({ rules }) => rules.some((each) => each.id === id));
      if (owner === undefined) return false;
      replaceRules(state, project, owner.id, (rules) => rules.filter((each) => each.id !== id));
      return true;
    },
  };
}

function workflowOf(project: Project): Workflow {
  return {
    id: workflowId(project),
    name: workflowName(project),
    projectKey: project.key,
    statuses: STATUSES,
    transitions: project.transitions,
  };
}

function viewOf(
  world: JiraWorld,
  state: SiteState,
  { rule, transition }: Pick<RuleView, 'rule' | 'transition'>,
): RuleView {
  const module = moduleOfRule(world.modules(state), rule);
  if (module === undefined) return { rule, transition, summary: '' };
  return { rule, transition, module, summary: summaryOf(rule, module) };
}

/** A description by expression that fails, or gives no text, leaves the module's own description [Forge docs]. */
function summaryOf(
  rule: WorkflowRule,
  { module, description }: NonNullable<RuleView['module']>,
): string {
  const declared = module.body['configurationDescription'];
  const expression =
    typeof declared === 'object' && declared !== null && 'expression' in declared
      ? declared.expression
      : undefined;
  if (typeof expression !== 'string') return description;
  try {
    const value = evaluate(expression, { config: fromJson(configurationOf(rule)) });
    return typeof value === 'string' && value !== '' ? value : description;
  } catch (error) {
    if (error instanceof ExpressionError) return description;
    throw error;
  }
}

function projectOf(state: SiteState, idOrKey: string): Project {
  const project = state.project(idOrKey);
  if (project !== undefined) return project;
  throw new JiraError('UNKNOWN_PROJECT', `Site ${state.site.slug} has no project ${idOrKey}.`);
}

function findRule(project: Project, id: string): { rule: WorkflowRule; transitionId: string } {
  for (const { id: transitionId, rules } of project.transitions) {
    const rule = rules.find((each) => each.id === id);
    if (rule !== undefined) return { rule, transitionId };
  }
  throw new JiraError('UNKNOWN_RULE', `The workflow of ${project.key} has no rule ${id}.`);
}

function faceOf(
  world: JiraWorld,
  state: SiteState,
  rule: Pick<WorkflowRule, 'kind' | 'moduleKey' | 'savedAs'>,
): WorkflowRule['savedAs'] {
  const running = moduleOfRule(world.modules(state), rule);
  if (running !== undefined) return running.module.face;
  const message = `The app on ${state.site.slug} has no ${rule.kind} module '${rule.moduleKey}' for it.`;
  throw new JiraError('UNKNOWN_MODULE', message);
}

function checked(configuration: string): string {
  if (Buffer.byteLength(configuration) <= MAX_CONFIGURATION_BYTES) return configuration;
  const message = `A rule's configuration has at most ${String(MAX_CONFIGURATION_BYTES)} bytes: save less.`;
  throw new JiraError('CONFIGURATION_TOO_LARGE', message);
}

function replaceRules(
  state: SiteState,
  project: Project,
  transitionId: string,
  change: (rules: readonly WorkflowRule[]) => readonly WorkflowRule[],
): void {
  const transitions = project.transitions.map((each) =>
    each.id === transitionId ? { ...each, rules: change(each.rules) } : each,
  );
  state.setTransitions(project, transitions);
}
