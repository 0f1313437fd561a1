import { z } from 'zod';
import type { RuleModule, WorkflowRule } from '../../types.ts';
import { evaluate, ExpressionError } from '../expressions/index.ts';
import { textOf } from '../modules.ts';
import type { JiraWorld } from '../world.ts';
import { evaluateRule } from './evaluate-rule.ts';
import { configurationOf, expressionOf, ruleScope } from './rule-context.ts';
import type { Attempt } from './rule-context.ts';
import { moduleOfRule } from './rule-modules.ts';

/** What Jira says where the app says nothing; the words are ours. */
const DEFAULT_MESSAGE = 'A validator of the workflow does not allow this transition.';

/**
 * Why an attempt is refused: the message of the first validator that does. Undefined: all of them allow it. A validator
 * allows it only when it says so: an error, another type or a missing module refuses.
 */
export async function refusal(world: JiraWorld, attempt: Attempt): Promise<string | undefined> {
  for (const rule of attempt.transition.rules) {
    if (rule.kind !== 'validator') continue;
    const running = moduleOfRule(world.modules(attempt.state), rule);
    const message =
      running === undefined ? DEFAULT_MESSAGE : await messageOf(world, attempt, rule, running);
    if (message !== undefined) return message;
  }
  return undefined;
}

async function messageOf(
  world: JiraWorld,
  attempt: Attempt,
  rule: WorkflowRule,
  running: RuleModule,
): Promise<string | undefined> {
  const expression = expressionOf(rule, running.module.body);
  if (expression === undefined) return askFunction(world, attempt, rule);
  const allowed = (value: unknown): boolean => ['boolean', 'string'].includes(typeof value);
  const value = evaluateRule(world, attempt, rule, running, expression, allowed);
  if (value === true) return undefined;
  return typeof value === 'string' ? value : errorMessage(attempt, rule, running);
}

const ErrorMessage = z.object({ errorMessage: z.unknown() });
const ByExpression = z.object({ expression: z.string() });

/** The module's own message: plain, or by an expression of its own. */
function errorMessage(attempt: Attempt, rule: WorkflowRule, running: RuleModule): string {
  const declared = ErrorMessage.safeParse(running.module.body).data?.errorMessage;
  const byExpression = ByExpression.safeParse(declared).data;
  if (byExpression === undefined) return textOf(declared) ?? DEFAULT_MESSAGE;
  try {
    const value = evaluate(byExpression.expression, ruleScope(attempt, rule));
    return typeof value === 'string' ? value : DEFAULT_MESSAGE;
  } catch (error) {
    if (error instanceof ExpressionError) return DEFAULT_MESSAGE;
    throw error;
  }
}

const Verdict = z.object({ result: z.boolean(), errorMessage: z.string().optional() });

/** A Forge validator with a function. Fields can't be changed on the way, so that `modifiedFields` is empty. */
async function askFunction(
  world: JiraWorld,
  attempt: Attempt,
  rule: WorkflowRule,
): Promise<string | undefined> {
  const { state, issue, transition } = attempt;
  const maySeeFields = world.scopes(state)?.includes('read:jira-work') ?? true;
  const event = {
    issue: { key: issue.key },
    configuration: configurationOf(rule),
    transition: {
      from: { id: issue.statusId },
      to: { id: transition.to },
      ...(maySeeFields ? { modifiedFields: {} } : {}),
    },
  };
  try {
    const answer = await world.rules?.invokeModule(state.site, rule.moduleKey, event);
    const verdict = Verdict.safeParse(answer).data;
    if (verdict?.result === true) return undefined;
    return verdict?.errorMessage ?? DEFAULT_MESSAGE;
  } catch {
    return DEFAULT_MESSAGE;
  }
}
