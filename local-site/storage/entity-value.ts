import type { AttributeType, EntitySpec, RecordValue } from './entity-spec.ts';
import { isRecord } from './entity-spec.ts';
import { StorageError } from './errors.ts';
import type { StorageSwitches } from './switches.ts';
import { INDEX_PARTITION_MAX_BYTES, INDEX_RANGE_MAX_BYTES } from './limits.ts';

const INT32_MAX = 2 ** 31 - 1;
const FLOAT_SMALLEST = 1e-130;
const FLOAT_LIMIT = 1e126;

/**
 * Holds a value against its entity. Types are strict: nothing is converted, null is no value of any type. Attributes may
 * be missing. Throws `INVALID_ENTITY_VALUE`, `INVALID_ENTITY_ATTRIBUTE`, `INCORRECT_PROPERTY_TYPE` (measured) or
 * `INVALID_ENTITY_INDEX`.
 * Source of the rules: storage-reference/entities-manifest.
 */
export function checkEntityValue(
  spec: EntitySpec,
  value: unknown,
  switches: Pick<StorageSwitches, 'undeclaredAttributes' | 'reservedAttributes'>,
): RecordValue {
  if (!isRecord(value)) {
    throw new StorageError('INVALID_ENTITY_VALUE', {
      message: `A value of entity "${spec.name}" must be an object`,
    });
  }
  for (const [name, inner] of Object.entries(value)) {
    if (switches.reservedAttributes.includes(name)) {
      throw new StorageError('INVALID_ENTITY_ATTRIBUTE', {
        message: `The attribute name "${name}" is reserved`,
      });
    }
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

/** An index that misses one of its attributes in the value leaves the item out, and its sizes do not matter. */
function checkIndexSizes(spec: EntitySpec, value: RecordValue): void {
  for (const { name, partition, range } of spec.indexes.values()) {
    if ([...partition, range].some((attribute) => value[attribute] === undefined)) continue;
    const partitionBytes = partition.reduce((sum, one) => sum + indexedBytes(value[one]), 0);
    if (
      indexedBytes(value[range]) <= INDEX_RANGE_MAX_BYTES &&
      partitionBytes <= INDEX_PARTITION_MAX_BYTES
    ) {
      continue;
    }
    throw new StorageError('INVALID_ENTITY_INDEX', {
      message:
        `The values of index "${name}" are too large: ${INDEX_PARTITION_MAX_BYTES} bytes of partition, ` +
        `${INDEX_RANGE_MAX_BYTES} of range`,
    });
  }
}

/** UTF-8 bytes of a string; how numbers count is not published, a double has 8 [infer]. */
function indexedBytes(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 8;
}
