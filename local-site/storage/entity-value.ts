import type { AttributeType, EntitySpec, RecordValue } from './entity-spec.ts';
import { isRecord } from './entity-spec.ts';
import { StorageError } from './errors.ts';
import { indexEntriesOf } from './index-entries.ts';
import { INDEX_PARTITION_MAX_BYTES, INDEX_RANGE_MAX_BYTES } from './limits.ts';

const INT32_MAX = 2 ** 31 - 1;
const FLOAT_SMALLEST = 1e-130;
const FLOAT_LIMIT = 1e126;

/**
 * Holds a value against its entity. Types are strict: nothing is converted, null is no value of any type. Attributes may
 * be missing. Throws `INVALID_ENTITY_VALUE`, `INCORRECT_PROPERTY_TYPE` (measured) or `INVALID_ENTITY_INDEX`.
 * Source of the rules: storage-reference/entities-manifest.
 */
export function checkEntityValue(
  spec: EntitySpec,
  value: unknown,
  switches: { readonly undeclaredAttributes: boolean },
): RecordValue {
  if (!isRecord(value)) {
    throw new StorageError('INVALID_ENTITY_VALUE', {
      message: `A value of entity "${spec.name}" must be an object`,
    });
  }
  for (const [name, inner] of Object.entries(value)) {
    const type = spec.attributes.get(name);
    if (type !== undefined) checkAttribute(name, type, inner);
    else if (!switches.undeclaredAttributes) {
      throw new StorageError('INVALID_ENTITY_VALUE', {
        message: `Entity "${spec.name}" declares no attribute "${name}"`,
      });
    }
  }
  if (spec.indexes.size > 0) checkIndexSizes(spec, value);
  return value;
}

/** Whether a value has the type of an attribute; a blank string does not count as a string. */
export function fitsType(type: AttributeType, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string' && value.trim() !== '';
    case 'integer':
      return (
        Number.isInteger(value) &&
        Math.abs(value as number) <= INT32_MAX + 1 &&
        value !== INT32_MAX + 1
      );
    case 'float': {
      if (typeof value !== 'number') return false;
      const size = Math.abs(value);
      return size === 0 || (size >= FLOAT_SMALLEST && size < FLOAT_LIMIT);
    }
    case 'boolean':
      return typeof value === 'boolean';
    case 'any':
      return value !== null && value !== undefined;
  }
}

function checkAttribute(name: string, type: AttributeType, value: unknown): void {
  if (fitsType(type, value)) return;
  if (type === 'string' && typeof value === 'string') {
    throw new StorageError('INVALID_ENTITY_VALUE', {
      message: `String "${name}" must hold a character that is not blank`,
    });
  }
  throw new StorageError('INCORRECT_PROPERTY_TYPE', {
    message: `Data type for property "${name}" is defined as "${type}"`,
  });
}

function checkIndexSizes(spec: EntitySpec, value: RecordValue): void {
  for (const entry of indexEntriesOf(spec, value)) {
    const range = typeof entry.range === 'string' ? Buffer.byteLength(entry.range) : 8;
    if (
      range > INDEX_RANGE_MAX_BYTES ||
      Buffer.byteLength(entry.part) > INDEX_PARTITION_MAX_BYTES
    ) {
      throw new StorageError('INVALID_ENTITY_INDEX', {
        message:
          `The values of index "${entry.name}" are too large: ${INDEX_PARTITION_MAX_BYTES} bytes of partition, ` +
          `${INDEX_RANGE_MAX_BYTES} of range`,
      });
    }
  }
}
