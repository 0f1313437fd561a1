import type { AttributeType, EntitySpec, RecordValue } from './entity-spec.ts';
import { fitsType } from './entity-value.ts';
import { StorageError } from './errors.ts';
import { QUERY_MAX_CONDITIONS } from './limits.ts';
import { isRecord } from './entity-spec.ts';
import type { RawFilters } from './wire.ts';

/** A set of conditions on the attributes of one entity, all of them or any of them. Never nested [code: @forge/kvs]. */
export interface Filter {
  readonly operator: 'and' | 'or';
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly property: string;
  readonly condition: ConditionName;
  readonly values: readonly unknown[];
}

const CONDITIONS = [
  'BEGINS_WITH',
  'BETWEEN',
  'EXISTS',
  'NOT_EXISTS',
  'GREATER_THAN',
  'GREATER_THAN_EQUAL_TO',
  'LESS_THAN',
  'LESS_THAN_EQUAL_TO',
  'CONTAINS',
  'NOT_CONTAINS',
  'EQUAL_TO',
  'NOT_EQUAL_TO',
] as const;

export type ConditionName = (typeof CONDITIONS)[number];

const NAMES: ReadonlySet<string> = new Set(CONDITIONS);
const PRESENCE: ReadonlySet<string> = new Set(['EXISTS', 'NOT_EXISTS']);
const TEXT_ONLY: ReadonlySet<string> = new Set(['BEGINS_WITH', 'CONTAINS', 'NOT_CONTAINS']);
const EQUALITY: ReadonlySet<string> = new Set(['EQUAL_TO', 'NOT_EQUAL_TO']);

export function isConditionName(name: unknown): name is ConditionName {
  return typeof name === 'string' && NAMES.has(name);
}

/**
 * Reads the `filters` of a query or the `conditions` of a transaction and holds them against the entity. Throws the
 * documented filter codes; a condition on an attribute of type `any` is a 422 [doc]. `others` counts the conditions that
 * stand elsewhere in the query: the range counts towards the limit too [doc].
 */
export function readFilter(raw: RawFilters, spec: EntitySpec, others = 0): Filter {
  if (raw.and && raw.or) throw new StorageError('INVALID_FILTER_OPERATORS_COMBINATION');
  const operator = raw.and ? 'and' : 'or';
  const conditions = raw[operator] ?? [];
  if (conditions.length === 0) throw new StorageError('EMPTY_FILTER_OPERATOR');
  const count = conditions.length + others;
  if (count > QUERY_MAX_CONDITIONS) {
    throw new StorageError('INVALID_FILTER_CONDITION', {
      message: `A query may have ${QUERY_MAX_CONDITIONS} conditions, this one has ${count}`,
    });
  }
  return { operator, conditions: conditions.map((condition) => readCondition(condition, spec)) };
}

function readCondition(raw: unknown, spec: EntitySpec): Condition {
  if (!isRecord(raw) || !isConditionName(raw['condition']) || typeof raw['property'] !== 'string') {
    throw new StorageError('INVALID_FILTER_CONDITION');
  }
  const { property, condition, values } = raw;
  const type = spec.attributes.get(property);
  if (type === undefined) {
    throw new StorageError('QUERY_WHERE_FIELD_INVALID', {
      message: `Entity "${spec.name}" declares no attribute "${property}"`,
    });
  }
  if (type === 'any') throw new StorageError('UNPROCESSABLE_ENTITY');
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  checkConditionValues(condition, list, type);
  return { property, condition, values: list };
}

/** Throws `INSUFFICIENT_FILTER_VALUES`, `INVALID_FILTER_VALUES` or `INVALID_FILTER_CONDITION`. */
export function checkConditionValues(
  condition: ConditionName,
  values: readonly unknown[],
  type: AttributeType,
): void {
  if (PRESENCE.has(condition)) return;
  if (condition === 'BETWEEN' && values.length < 2) {
    throw new StorageError('INSUFFICIENT_FILTER_VALUES');
  }
  if (values.length !== (condition === 'BETWEEN' ? 2 : 1)) {
    throw new StorageError('INVALID_FILTER_VALUES');
  }
  if (TEXT_ONLY.has(condition) && type !== 'string') {
    throw new StorageError('INVALID_FILTER_CONDITION', { message: `${condition} needs a string` });
  }
  if (type === 'boolean' && !EQUALITY.has(condition)) {
    throw new StorageError('INVALID_FILTER_CONDITION', {
      message: `${condition} cannot be used on a boolean`,
    });
  }
  for (const value of values) {
    if (!fitsType(type, value)) throw new StorageError('INVALID_FILTER_VALUES');
  }
}

/**
 * Whether a stored value passes. An attribute that the value lacks passes only NOT_EXISTS, NOT_EQUAL_TO and
 * NOT_CONTAINS [infer].
 */
export function passes(filter: Filter, value: RecordValue): boolean {
  const holds = (condition: Condition): boolean =>
    conditionHolds(condition, value[condition.property]);
  return filter.operator === 'and' ? filter.conditions.every(holds) : filter.conditions.some(holds);
}

/** The same for an item that does not exist: nothing passes, except NOT_EXISTS where the switch says so. */
export function passesOnMissing(filter: Filter, notExists: 'fail' | 'pass'): boolean {
  const holds = ({ condition }: Condition): boolean =>
    condition === 'NOT_EXISTS' && notExists === 'pass';
  return filter.operator === 'and' ? filter.conditions.every(holds) : filter.conditions.some(holds);
}

function conditionHolds({ condition, values }: Condition, actual: unknown): boolean {
  if (actual === undefined) {
    return (
      condition === 'NOT_EXISTS' || condition === 'NOT_EQUAL_TO' || condition === 'NOT_CONTAINS'
    );
  }
  const [first, second] = values;
  switch (condition) {
    case 'EXISTS':
      return true;
    case 'NOT_EXISTS':
      return false;
    case 'EQUAL_TO':
      return actual === first;
    case 'NOT_EQUAL_TO':
      return actual !== first;
    case 'GREATER_THAN':
      return compareScalars(actual, first) > 0;
    case 'GREATER_THAN_EQUAL_TO':
      return compareScalars(actual, first) >= 0;
    case 'LESS_THAN':
      return compareScalars(actual, first) < 0;
    case 'LESS_THAN_EQUAL_TO':
      return compareScalars(actual, first) <= 0;
    case 'BETWEEN':
      return compareScalars(actual, first) >= 0 && compareScalars(actual, second) <= 0;
    case 'BEGINS_WITH':
      return textOf(actual).startsWith(textOf(first));
    case 'CONTAINS':
      return textOf(actual).includes(textOf(first));
    case 'NOT_CONTAINS':
      return !textOf(actual).includes(textOf(first));
  }
}

/** Numbers by value, strings by their UTF-8 bytes. Two types never meet here: values were held against the attribute. */
export function compareScalars(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return Buffer.compare(Buffer.from(textOf(left)), Buffer.from(textOf(right)));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
