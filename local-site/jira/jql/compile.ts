import type { IssueRecord } from '../state/issue-record.ts';
import { fieldText } from './ast.ts';
import type { Clause, Operator, Test } from './ast.ts';
import { OPERATORS, OPPOSITE } from './field-kinds.ts';
import { resolveField } from './fields.ts';
import type { Field } from './field.ts';
import { refused } from './jql-error.ts';
import { textTest } from './words.ts';
import type { JqlWorld } from './jql-world.ts';

export type IssueTest = (issue: IssueRecord) => boolean;

/**
 * Makes a test of issues. A NOT is carried inwards to the operators, as Jira does it: so `NOT a = 1` is `a != 1`, and leaves
 * out the issues where `a` is empty, like every comparison does.
 *
 * @throws {JqlError} for fields, operators and values that Jira refuses.
 */
export function compileClause(world: JqlWorld, clause: Clause, negated = false): IssueTest {
  if (clause.kind === 'not') return compileClause(world, clause.part, !negated);
  if (clause.kind === 'test') return compileTest(world, clause, negated);
  const tests = clause.parts.map((part) => compileClause(world, part, negated));
  const all = (clause.kind === 'and') !== negated;
  return all
    ? (issue) => tests.every((test) => test(issue))
    : (issue) => tests.some((test) => test(issue));
}

function compileTest(world: JqlWorld, test: Test, negated: boolean): IssueTest {
  const field = resolveField(world, test.field);
  if (!OPERATORS[field.kind].has(test.operator)) {
    throw refused(`The operator '${test.operator}' is not supported by the '${field.name}' field.`);
  }
  const operator = negated ? OPPOSITE[test.operator] : test.operator;
  const wantsEmpty = test.values.some(({ kind }) => kind === 'empty') || test.values.length === 0;
  const values = test.values
    .filter((value) => value.kind !== 'empty')
    .flatMap((value) => field.read(value));
  if (wantsEmpty && !['=', '!=', 'in', 'not in', 'is', 'is not'].includes(test.operator)) {
    throw refused(
      `The operator '${test.operator}' does not support searching for an empty value in '${fieldText(test.field)}'.`,
    );
  }
  return testOf(field, operator, values, wantsEmpty);
}

function testOf(
  field: Field,
  operator: Operator,
  values: readonly (string | number)[],
  wantsEmpty: boolean,
): IssueTest {
  const wanted = new Set(values);
  const [first] = values;
  switch (operator) {
    case '=':
    case 'in':
    case 'is':
      return (issue) => {
        const has = field.valuesOf(issue);
        return has.length === 0 ? wantsEmpty : has.some((value) => wanted.has(value));
      };
    case '!=':
    case 'not in':
    case 'is not':
      return (issue) => {
        const has = field.valuesOf(issue);
        return has.length > 0 && !has.some((value) => wanted.has(value));
      };
    case '~':
    case '!~': {
      const matches = textTest(String(first));
      return (issue) => {
        const has = field.valuesOf(issue);
        return has.length > 0 && has.some((value) => matches(String(value))) === (operator === '~');
      };
    }
    case '>':
    case '>=':
    case '<':
    case '<=':
      return (issue) => field.valuesOf(issue).some((value) => ordered(operator, value, first));
  }
}

function ordered(
  operator: '>' | '>=' | '<' | '<=',
  value: string | number,
  than: string | number | undefined,
): boolean {
  if (typeof value !== 'number' || typeof than !== 'number') return false;
  if (operator === '>') return value > than;
  if (operator === '>=') return value >= than;
  return operator === '<' ? value < than : value <= than;
}
