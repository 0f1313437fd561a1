import { fitsType } from './entity-value.ts';
import type { AttributeType } from './entity-spec.ts';
import { StorageError } from './errors.ts';
import { checkConditionValues, isConditionName } from './filters.ts';
import { toRangeValue } from './index-entries.ts';
import type { RangeValue } from './index-entries.ts';
import { endOfPrefix } from './keys.ts';

/** The part of an index, or of the keys, that a range condition leaves. */
export interface Bounds {
  readonly low: RangeValue;
  readonly lowOpen: boolean;
  readonly high: RangeValue;
  readonly highOpen: boolean;
}

export interface RawRange {
  readonly condition: string;
  readonly values: readonly unknown[];
}

/** Everything of a type. Floats end at 1E+126; text that begins with U+10FFFF, the last code point, is not modelled. */
export function allOf(type: AttributeType): Bounds {
  const text = type === 'string';
  return {
    low: text ? '' : -Number.MAX_VALUE,
    lowOpen: false,
    high: text ? endOfPrefix('') : Number.MAX_VALUE,
    highOpen: false,
  };
}

/**
 * Reads a range condition. EXISTS, NOT_EXISTS, CONTAINS, NOT_CONTAINS and NOT_EQUAL_TO are no ranges [code: @forge/kvs].
 * Throws `QUERY_WHERE_INVALID` and the codes of condition values.
 */
export function readBounds(raw: RawRange | undefined, type: AttributeType): Bounds {
  const all = allOf(type);
  if (!raw) return all;
  if (!isConditionName(raw.condition)) throw new StorageError('INVALID_FILTER_CONDITION');
  checkConditionValues(raw.condition, raw.values, type);
  if (!raw.values.every((value) => fitsType(type, value))) {
    throw new StorageError('INVALID_FILTER_VALUES');
  }
  const low = toRangeValue(raw.values[0]) ?? all.low;
  const high = toRangeValue(raw.values[1]) ?? all.high;
  switch (raw.condition) {
    case 'EQUAL_TO':
      return { low, lowOpen: false, high: low, highOpen: false };
    case 'BETWEEN':
      return { low, lowOpen: false, high, highOpen: false };
    case 'BEGINS_WITH':
      return { low, lowOpen: false, high: endOfPrefix(String(low)), highOpen: true };
    case 'GREATER_THAN':
      return { ...all, low, lowOpen: true };
    case 'GREATER_THAN_EQUAL_TO':
      return { ...all, low };
    case 'LESS_THAN':
      return { ...all, high: low, highOpen: true };
    case 'LESS_THAN_EQUAL_TO':
      return { ...all, high: low };
    case 'EXISTS':
    case 'NOT_EXISTS':
    case 'CONTAINS':
    case 'NOT_CONTAINS':
    case 'NOT_EQUAL_TO':
      throw new StorageError('QUERY_WHERE_INVALID', {
        message: `${raw.condition} cannot be a range, use a filter`,
      });
  }
}
