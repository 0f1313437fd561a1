import type { Trigger } from '../app/index.ts';
import type { UnmodelledRegister } from '../types.ts';

/**
 * Evaluates a Jira expression with variables, plain JSON values. Throws when it fails; an error with the code
 * `EXPRESSION_NOT_MODELLED` says that the expression uses something that the local site does not know.
 */
export type ExpressionEvaluator = (
  expression: string,
  variables: Readonly<Record<string, unknown>>,
) => unknown;

export interface EventFilterParts {
  readonly evaluate: ExpressionEvaluator | undefined;
  readonly register: UnmodelledRegister | undefined;
  /** The app log of the platform. */
  readonly onFailure: (what: string, message: string) => void;
}

type Payload = Readonly<Record<string, unknown>>;

/**
 * What a trigger gets of an event: the payload, or undefined when its filter keeps the event back. An expression that gives
 * anything but true or false is an error, and `onError` decides (`events-reference/product_events`). What the local site cannot
 * evaluate is recorded as unmodelled and kept back.
 */
export function filtered(
  parts: EventFilterParts,
  trigger: Trigger,
  payload: Payload,
): Payload | undefined {
  const { filter } = trigger;
  if (filter === undefined) return payload;
  if (filter.ignoreSelf && payload['selfGenerated'] === true) return undefined;
  if (filter.propertyPaths.length > 0) {
    parts.register?.refuse('Forge events', `payload.include.propertyPaths of ${trigger.key}`);
  }
  if (filter.expression === undefined) return payload;
  const verdict = judge(parts, filter.expression, payload);
  if (typeof verdict === 'boolean') return verdict ? payload : undefined;
  if (verdict.isUnmodelled) {
    parts.register?.refuse('Forge events', `filter.expression of ${trigger.key}`);
    return undefined;
  }
  if (filter.onError.endsWith('_AND_LOG')) {
    parts.onFailure(`filter of ${trigger.key}`, verdict.message);
  }
  // The name of the member with the details is not documented.
  return filter.onError.startsWith('RECEIVE')
    ? { ...payload, filterError: { message: verdict.message } }
    : undefined;
}

function judge(
  { evaluate }: EventFilterParts,
  expression: string,
  event: Payload,
): boolean | { readonly message: string; readonly isUnmodelled: boolean } {
  // Values of entity properties would stand in `event.runtime`; the event of the local site has none.
  if (evaluate === undefined || expression.includes('event.runtime')) {
    return { message: 'There is no evaluator.', isUnmodelled: true };
  }
  try {
    const value = evaluate(expression, { event });
    if (typeof value === 'boolean') return value;
    return { message: 'The expression is neither true nor false.', isUnmodelled: false };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUnmodelled =
      error instanceof Error && 'code' in error && error.code === 'EXPRESSION_NOT_MODELLED';
    return { message, isUnmodelled };
  }
}
