/*
 * What the pages say of conditions (storage-reference/entities-api-query), written down a second time and as plainly as
 * possible: the store is held against it in property tests.
 */
export type Scalar = string | number | boolean;

export interface ReferenceCondition {
  readonly property: string;
  readonly condition: string;
  readonly values: readonly Scalar[];
}

type Type = 'string' | 'integer' | 'float' | 'boolean';

/** The conditions that a filter takes on an attribute of a type. */
export const FILTERS_OF: Record<Type, readonly string[]> = {
  string: [
    'BEGINS_WITH',
    'BETWEEN',
    'EQUAL_TO',
    'NOT_EQUAL_TO',
    'GREATER_THAN',
    'GREATER_THAN_EQUAL_TO',
    'LESS_THAN',
    'LESS_THAN_EQUAL_TO',
    'EXISTS',
    'NOT_EXISTS',
    'CONTAINS',
    'NOT_CONTAINS',
  ],
  integer: [
    'BETWEEN',
    'EQUAL_TO',
    'NOT_EQUAL_TO',
    'GREATER_THAN',
    'GREATER_THAN_EQUAL_TO',
    'LESS_THAN',
    'LESS_THAN_EQUAL_TO',
    'EXISTS',
    'NOT_EXISTS',
  ],
  float: [
    'BETWEEN',
    'EQUAL_TO',
    'NOT_EQUAL_TO',
    'GREATER_THAN',
    'GREATER_THAN_EQUAL_TO',
    'LESS_THAN',
    'LESS_THAN_EQUAL_TO',
    'EXISTS',
    'NOT_EXISTS',
  ],
  boolean: ['EQUAL_TO', 'NOT_EQUAL_TO', 'EXISTS', 'NOT_EXISTS'],
};

/** The conditions that a `where` takes on the range attribute of an index. */
export const RANGES_OF: Record<Type, readonly string[]> = {
  string: rangesIn(FILTERS_OF.string),
  integer: rangesIn(FILTERS_OF.integer),
  float: rangesIn(FILTERS_OF.float),
  boolean: ['EQUAL_TO'],
};

export const ALL_CONDITIONS = FILTERS_OF.string;

function rangesIn(conditions: readonly string[]): readonly string[] {
  const never = ['NOT_EQUAL_TO', 'EXISTS', 'NOT_EXISTS', 'CONTAINS', 'NOT_CONTAINS'];
  return conditions.filter((condition) => !never.includes(condition));
}

/** Numbers by value, false before true, strings by code points, which is the order of their UTF-8 bytes. */
export function compare(left: Scalar, right: Scalar): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean') return Number(left) - Number(right);
  const [one, other] = [points(left), points(right)];
  const at = one.findIndex((point, index) => point !== other[index]);
  if (at === -1) return one.length - other.length;
  return (one[at] ?? 0) - (other[at] ?? -1);
}

export function holds(
  { property, condition, values }: ReferenceCondition,
  value: Readonly<Record<string, Scalar | undefined>>,
): boolean {
  const actual = value[property];
  if (actual === undefined) return condition.startsWith('NOT_');
  const [first = '', second = ''] = values;
  const order = compare(actual, first);
  const outcomes: Record<string, () => boolean> = {
    EXISTS: () => true,
    NOT_EXISTS: () => false,
    EQUAL_TO: () => order === 0,
    NOT_EQUAL_TO: () => order !== 0,
    GREATER_THAN: () => order > 0,
    GREATER_THAN_EQUAL_TO: () => order >= 0,
    LESS_THAN: () => order < 0,
    LESS_THAN_EQUAL_TO: () => order <= 0,
    BETWEEN: () => order >= 0 && compare(actual, second) <= 0,
    BEGINS_WITH: () => String(actual).startsWith(String(first)),
    CONTAINS: () => String(actual).includes(String(first)),
    NOT_CONTAINS: () => !String(actual).includes(String(first)),
  };
  return outcomes[condition]?.() ?? false;
}

function points(text: Scalar): number[] {
  return Array.from(String(text), (character) => character.codePointAt(0) ?? 0);
}
