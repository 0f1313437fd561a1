import type { Operator } from './ast.ts';

/** How a field compares, which decides the operators that Jira allows on it. */
export type FieldKind =
  /** Names something: a project, an issue, a status, a person. */
  | 'choice'
  | 'number'
  | 'date'
  /** Words. */
  | 'text'
  /** The value as it is, an entity property of type `string`. */
  | 'string'
  /** Several words of the user's own. */
  | 'labels';

const EQUAL = ['=', '!=', 'in', 'not in'] as const;
const EMPTY = ['is', 'is not'] as const;
const ORDER = ['>', '>=', '<', '<='] as const;

/** Operators by kind [Jira's JQL reference; for entity properties Forge docs, jira:entityProperty]. */
export const OPERATORS: Readonly<Record<FieldKind, ReadonlySet<Operator>>> = {
  choice: new Set([...EQUAL, ...EMPTY]),
  number: new Set([...EQUAL, ...EMPTY, ...ORDER]),
  date: new Set([...EQUAL, ...EMPTY, ...ORDER]),
  text: new Set(['~', '!~', ...EMPTY]),
  string: new Set([...EQUAL, ...EMPTY]),
  labels: new Set([...EQUAL, ...EMPTY]),
};

/** The opposite of each operator: how Jira carries a NOT inwards. */
export const OPPOSITE: Readonly<Record<Operator, Operator>> = {
  ...{ '=': '!=', '!=': '=', '>': '<=', '<=': '>', '<': '>=', '>=': '<', '~': '!~', '!~': '~' },
  ...{ in: 'not in', 'not in': 'in', is: 'is not', 'is not': 'is' },
};
