import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Entity, evaluate, ExpressionError, fromJson, toJson } from './index.ts';
import type { Scope } from './index.ts';

const scope: Scope = {
  config: { min: 3, tags: ['a', 'b'], nested: { 'odd key': true } },
  issue: new Entity('Issue', { id: () => 10_000, key: () => 'TALLY-1', assignee: () => null }, [
    'comments',
  ]),
  properties: { checklist: { done: 2, total: 4 } },
};

const value = (text: string, more: Scope = {}): unknown =>
  toJson(evaluate(text, { ...scope, ...more }));
const code = (text: string): string => {
  try {
    evaluate(text, scope);
    return 'none';
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
};

describe('a Jira expression', () => {
  it('has literals, arithmetic, comparison and a ternary, with the usual precedence', () => {
    expect(value('1 + 2 * 3 - 4 / 2')).toBe(5);
    expect(value('(1 + 2) * -3 % 4')).toBe(-1);
    expect(value('\'a\' + 1 + "b\\n" + null')).toBe('a1b\nnull');
    expect(value('1 < 2 == true && !(2 <= 1)')).toBe(true);
    expect(value("'a' < 'b' ? [1, 'x', null] : { a: 1 }")).toEqual([1, 'x', null]);
    expect(value("{ a: 1, 'b c': [true], }")).toEqual({ a: 1, 'b c': [true] });
    expect(value("typeof 'x' == 'string' && typeof config == 'object'")).toBe(true);
  });

  it('reads members by name and by key; a map has null for a key that is absent', () => {
    expect(value('issue.key')).toBe('TALLY-1');
    expect(value("config['min'] + config.get('min')")).toBe(6);
    expect(value("config.nested['odd key']")).toBe(true);
    expect(value("config.absent == null && config.get('absent') == null")).toBe(true);
    expect(value('config.tags[1] + config.tags[9]')).toBe('bnull');
    expect(value("properties['checklist'].done < properties.checklist.total")).toBe(true);
  });

  it('fails on a member of null unless it is asked for with ?., whose chain is null as a whole', () => {
    expect(code('issue.assignee.displayName')).toBe('EXPRESSION_FAILED');
    expect(value('issue.assignee?.displayName')).toBeNull();
    expect(value('issue.assignee?.displayName.length')).toBeNull();
    expect(value("issue.assignee?.groups.includes('x') ?? 'nobody'")).toBe('nobody');
    expect(code('config.absent.deep')).toBe('EXPRESSION_FAILED');
  });

  it('maps, filters, finds and sums lists with functions of its own', () => {
    const numbers = { numbers: [1, 2, 3, 4] };
    expect(value('numbers.map(n => n * 2)', numbers)).toEqual([2, 4, 6, 8]);
    expect(value('numbers.filter((n, i) => n > 2 || i == 0).length', numbers)).toBe(3);
    expect(value('numbers.some(n => n == 4) && numbers.every(n => n > 0)', numbers)).toBe(true);
    expect(value('numbers.find(n => n > 9)', numbers)).toBeNull();
    expect(value('numbers.reduce((sum, n) => sum + n, 10)', numbers)).toBe(20);
    expect(value('numbers.reduce((sum, n) => sum + n)', numbers)).toBe(10);
    expect(value('[[1], 2].flatten().concat([3], 4).slice(1, 3)')).toEqual([2, 3]);
    expect(value("config.tags.includes('b') && config.tags.indexOf('c') == -1")).toBe(true);
    expect(value('numbers.map(n => numbers.filter(m => m < n).length)', numbers)).toEqual([
      ...[0, 1, 2, 3],
    ]);
  });

  it('has the methods of strings', () => {
    const text = { text: ' Tally One ' };
    expect(value("text.trim().toLowerCase().split(' ')", text)).toEqual(['tally', 'one']);
    expect(value("text.includes('One') && text.indexOf('x') == -1", text)).toBe(true);
    expect(value('text.trim().slice(0, 5).toUpperCase() + text.length', text)).toBe('TALLY11');
    expect(value("text.match('T(.)lly')[1]", text)).toBe('a');
    expect(value("text.match('nothing') != null", text)).toBe(false);
    expect(value("text.replace('One', '$&') ", text)).toBe(' Tally $& ');
  });

  it('has no silent values: wrong types, unknown names and members are failures', () => {
    const failing = [
      ...['1 && true', '!null', "'a' < 1", "1 - 'a'", '1 / 0', "-'a'", '1 ? 2 : 3', 'nobody'],
      ...['issue.foo', 'config()', '[1].filter(n => n)', '[1].map(1)', '[].reduce((a, b) => a)'],
      ...["'a'.match('(')", "'a'.includes(1)", 'true.x', '[1] + {}', 'issue + 1', '1["a"]'],
    ];
    for (const text of failing) {
      expect({ text, code: code(text) }).toEqual({ text, code: 'EXPRESSION_FAILED' });
    }
    expect(() => evaluate('issue.foo', scope)).toThrow(
      "Unrecognized property of `Issue`: 'foo'. Available properties of type 'Issue' are: 'id', 'key', 'assignee'.",
    );
  });

  it('says where it can not be read', () => {
    const unreadable = ['', '1 +', '(1', '[1', '{a}', 'a b', "'open", '#', 'x => ', '1 ? 2'];
    for (const text of unreadable) {
      expect({ text, code: code(text) }).toEqual({ text, code: 'EXPRESSION_SYNTAX' });
    }
    expect(() => evaluate('1 + )', scope)).toThrow("Unexpected ')' at column 5.");
    expect(code('('.repeat(200))).toBe('EXPRESSION_SYNTAX');
  });

  it('tells what Jira can and the local site can not from a mistake', () => {
    const unmodelled = [
      ...['issue.comments', 'new Date()', '`x`', "Number('1')", '[1].sort()', "'a'.padStart(2)"],
      ...['/x/', 'let x = 1'],
    ];
    for (const text of unmodelled) {
      expect({ text, code: code(text) }).toEqual({ text, code: 'EXPRESSION_NOT_MODELLED' });
    }
  });

  it('ends after 10,000 steps', () => {
    const list = { list: Array.from({ length: 200 }, (_, index) => index) };
    expect(() => evaluate('list.map(a => list.map(b => a + b).length)', list)).toThrow(
      /more than 10000 steps/,
    );
  });

  it('does not reach into the language that it is written in', () => {
    for (const text of ['config.constructor', 'config.__proto__', "config['toString']"]) {
      expect({ text, value: value(text) }).toEqual({ text, value: null });
    }
    expect(code('[].constructor')).toBe('EXPRESSION_NOT_MODELLED');
    expect(code("'a'.constructor")).toBe('EXPRESSION_NOT_MODELLED');
    expect(code('issue.constructor')).toBe('EXPRESSION_FAILED');
    expect(code('constructor')).toBe('EXPRESSION_FAILED');
  });

  it('finds every JSON value again as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(toJson(evaluate('it', { it: fromJson(json) }))).toEqual(json);
        expect(toJson(evaluate('[it][0]', { it: fromJson(json) }))).toEqual(json);
      }),
    );
  });
});
