import type { RuleModule, WorkflowRule } from '../../types.ts';
import type { Change } from '../change.ts';
import { eventBase } from '../events/actor.ts';
import { evaluate, ExpressionError } from '../expressions/index.ts';
import type { Value } from '../expressions/index.ts';
import type { JiraWorld } from '../world.ts';
import { ruleScope, workflowId, workflowName } from './rule-context.ts';
import type { Attempt } from './rule-context.ts';

/**
 * What a rule's expression gives, or undefined when it fails or gives something else than `wanted`. The app hears of that by
 * `avi:jira:failed:expression` (Forge) or `jira_expression_evaluation_failed` (Connect); an expression outside the modelled
 * part goes to the register too.
 */
export function evaluateRule(
  world: JiraWorld,
  attempt: Attempt,
  rule: WorkflowRule,
  running: RuleModule,
  expression: string,
  wanted: (value: Value) => boolean,
): Value | undefined {
  try {
    const value = evaluate(expression, ruleScope(attempt, rule));
    if (wanted(value)) return value;
    report(
      world,
      attempt,
      rule,
      running,
      expression,
      'The expression gave a value of a wrong type.',
    );
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (error.code === 'EXPRESSION_NOT_MODELLED') world.register.refuse('jira', error.message);
    report(world, attempt, rule, running, expression, error.message);
  }
  return undefined;
}

function report(
  world: JiraWorld,
  attempt: Attempt,
  rule: WorkflowRule,
  running: RuleModule,
  expression: string,
  message: string,
): void {
  const { state, project, issue, caller } = attempt;
  const at = world.clock.now();
  const where = {
    workflowId: workflowId(project),
    workflowName: workflowName(project),
    ...(rule.kind === 'condition' ? { conditionId: rule.id } : { validatorId: rule.id }),
    ...{ expression, errorMessages: [message] },
    context: { issue: { id: issue.id, key: issue.key }, project: { id: project.id } },
  };
  const event = 'avi:jira:failed:expression';
  const webhookEvent = 'jira_expression_evaluation_failed';
  const change: Change = {
    caller,
    webhooks:
      running.module.face === 'connect'
        ? [
            {
              event: webhookEvent,
              body: { timestamp: at, webhookEvent, moduleKey: rule.moduleKey, ...where },
              values: new Map(),
            },
          ]
        : [],
    events:
      running.module.face === 'forge'
        ? [
            {
              event,
              payload: { ...eventBase(event, caller, at), extensionId: rule.moduleKey, ...where },
            },
          ]
        : [],
  };
  world.background(world.tell(state, change));
}
