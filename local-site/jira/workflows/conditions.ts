import type { WorkflowRule } from '../../types.ts';
import { hasInProject } from '../permissions.ts';
import type { JiraWorld } from '../world.ts';
import { evaluateRule } from './evaluate-rule.ts';
import { expressionOf } from './rule-context.ts';
import type { Attempt } from './rule-context.ts';
import { moduleOfRule } from './rule-modules.ts';

/**
 * Whether whoever asks may do a transition now: permission, status, and every condition true. A condition that fails, is not
 * a Boolean or has no module any more is false [Forge docs, jira:workflowCondition].
 */
export function isAvailable(world: JiraWorld, attempt: Attempt): boolean {
  const { state, project, issue, transition, caller } = attempt;
  if (!hasInProject(state.site, caller, 'TRANSITION_ISSUES', project)) return false;
  if (transition.from.length > 0 && !transition.from.includes(issue.statusId)) return false;
  return transition.rules
    .filter(({ kind }) => kind === 'condition')
    .every((rule) => holds(world, attempt, rule));
}

function holds(world: JiraWorld, attempt: Attempt, rule: WorkflowRule): boolean {
  const running = moduleOfRule(world.modules(attempt.state), rule);
  if (running === undefined) return false;
  const expression = expressionOf(rule, running.module.body);
  if (expression === undefined) {
    world.register.refuse('jira', `workflow condition ${rule.moduleKey} without an expression`);
    return false;
  }
  const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
  return evaluateRule(world, attempt, rule, running, expression, isBoolean) === true;
}
