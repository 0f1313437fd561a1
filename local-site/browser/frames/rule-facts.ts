import type { BrowserWorld } from '../options.ts';
import type { RuleKind, Site, Workflow, WorkflowRule, WorkflowTransition } from '../../types.ts';
import type { Purpose } from './purpose.ts';

/** A transition of a workflow and, unless it is being added, the rule on it. */
export interface RuleFacts {
  readonly workflow: Workflow;
  readonly transition: WorkflowTransition;
  readonly rule: WorkflowRule | undefined;
}

/** Looks up what a frame of the workflow editor is about; undefined when it is gone. */
export function ruleFacts(
  world: Pick<BrowserWorld, 'jira'>,
  site: Site,
  purpose: Purpose,
): RuleFacts | undefined {
  if (purpose.rule === undefined) return undefined;
  const { projectKey, transitionId, ruleId } = purpose.rule;
  const workflow = world.jira.workflows.of(site, projectKey);
  const transition = workflow?.transitions.find(({ id }) => id === transitionId);
  if (workflow === undefined || transition === undefined) return undefined;
  const rule = transition.rules.find(({ id }) => id === ruleId);
  return ruleId !== undefined && rule === undefined ? undefined : { workflow, transition, rule };
}

/** The kind of rule that a module is, of either face. */
export function ruleKind(moduleType: string): RuleKind | undefined {
  if (/workflowConditions?$/i.test(moduleType)) return 'condition';
  if (/workflowValidators?$/i.test(moduleType)) return 'validator';
  return /workflowPostFunctions?$/i.test(moduleType) ? 'postFunction' : undefined;
}
