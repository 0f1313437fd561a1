import { describe, expect, it } from '@jest/globals';
import type { OnFilterError, Trigger } from '../app/index.ts';
import { evaluateExpression, fromJson } from '../jira/index.ts';
import { createRegister } from '../register.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { filtered } from './event-filter.ts';
import type { ExpressionEvaluator } from './event-filter.ts';

const EVENT = { eventType: 'avi:jira:updated:issue', issue: { key: 'A-1' } };

describe('the filter of a trigger', () => {
  const run = (
    filter: Partial<NonNullable<Trigger['filter']>>,
    evaluate?: ExpressionEvaluator,
    event: Readonly<Record<string, unknown>> = EVENT,
  ): { received: unknown; log: string[]; unmodelled: number } => {
    const register = createRegister({ clock: createFakeClock() });
    const log: string[] = [];
    const trigger: Trigger = {
      key: 't',
      events: [],
      target: { kind: 'function', key: 'f' },
      filter: {
        ...{ ignoreSelf: false, expression: undefined, onError: 'IGNORE_AND_LOG' },
        propertyPaths: [],
        ...filter,
      },
    };
    const received = filtered(
      { evaluate, register, onFailure: (_what, message) => log.push(message) },
      trigger,
      event,
    );
    return { received, log, unmodelled: register.list().length };
  };
  const failing = (): never => {
    throw new Error('No such member.');
  };

  it('lets through what its expression calls true, and nothing that it calls false', () => {
    const seen: unknown[] = [];
    const yes = run({ expression: 'x' }, (expression, variables) => {
      seen.push(expression, variables);
      return true;
    });
    expect(yes.received).toBe(EVENT);
    expect(seen).toEqual(['x', { event: EVENT }]);
    expect(run({ expression: 'x' }, () => false)).toEqual({
      ...{ received: undefined, log: [], unmodelled: 0 },
    });
  });

  it('does with an error, and with a result that is no boolean, what onError says', () => {
    const results = (onError: OnFilterError): unknown[] =>
      [failing, () => 1].map((evaluate) => {
        const { received, log } = run({ expression: 'x', onError }, evaluate);
        return [received === undefined ? 'kept back' : 'received', log.length];
      });
    const twice = (result: unknown): unknown[] => [result, result];
    expect(results('IGNORE_AND_LOG')).toEqual(twice(['kept back', 1]));
    expect(results('IGNORE')).toEqual(twice(['kept back', 0]));
    expect(results('RECEIVE_AND_LOG')).toEqual(twice(['received', 1]));
    expect(results('RECEIVE')).toEqual(twice(['received', 0]));
    expect(run({ expression: 'x', onError: 'RECEIVE' }, failing).received).toEqual({
      ...EVENT,
      filterError: { message: 'No such member.' },
    });
  });

  it('speaks Jira expressions', () => {
    const evaluate: ExpressionEvaluator = (expression, { event }) =>
      evaluateExpression(expression, { event: fromJson(event) });
    const received = (expression: string): boolean =>
      run({ expression }, evaluate).received !== undefined;
    expect(received("event.issue.key == 'A-1'")).toBe(true);
    expect(received("event.issue.fields?.issueType.name == 'Bug'")).toBe(false);
    expect(run({ expression: 'event.issue.' }, evaluate).log).toHaveLength(1);
  });

  it('keeps back what the app caused itself, if asked', () => {
    const own = { ...EVENT, selfGenerated: true };
    expect(run({ ignoreSelf: true }, undefined, own).received).toBeUndefined();
    expect(run({ ignoreSelf: true }).received).toBe(EVENT);
    expect(run({}, undefined, own).received).toBe(own);
  });

  it('records what cannot be evaluated here, and keeps the event back', () => {
    const unknown = Object.assign(new Error('Not known.'), { code: 'EXPRESSION_NOT_MODELLED' });
    const unmodelled = { received: undefined, unmodelled: 1, log: [] };
    expect(run({ expression: 'x', onError: 'RECEIVE' })).toEqual(unmodelled);
    expect(
      run({ expression: 'x' }, () => {
        throw unknown;
      }),
    ).toEqual(unmodelled);
    const property = "event.runtime.issue.properties['a'].b == 1";
    expect(run({ expression: property }, () => true)).toEqual(unmodelled);
    const enriched = run({ propertyPaths: ["issue.properties['a'].b"] });
    expect(enriched).toEqual({ received: EVENT, unmodelled: 1, log: [] });
  });
});
