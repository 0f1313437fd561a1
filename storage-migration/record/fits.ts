import type { Json } from '../terms.ts';
import type { AttributeType, Target } from './define-record.ts';
import { MAX_KEY_LENGTH } from './key-codec.ts';
import { MAX_DEPTH } from './limits.ts';

/** Why Forge can't hold a record. `code` is stable; `reason` is a sentence for the operator. */
export interface Misfit {
  readonly code:
    | 'value_too_large'
    | 'value_too_deep'
    | 'key_too_long'
    | 'attribute_type'
    | 'attribute_undeclared'
    | 'refused_by_forge';
  readonly reason: string;
}

/**
 * Checks one record against every documented limit but its size, before anything is sent. The size is checked where it is
 * laid out (`layOut`), because a large value is put into parts.
 */
export function findMisfit(target: Target, encodedKey: string, value: Json): Misfit | undefined {
  if (encodedKey.length > MAX_KEY_LENGTH) {
    return {
      code: 'key_too_long',
      reason: `its key has ${encodedKey.length} letters, Forge takes ${MAX_KEY_LENGTH}`,
    };
  }
  // The version or its envelope adds one level to a key-value item.
  const depth = depthOf(value) + (target.kind === 'kvs' ? 1 : 0);
  if (depth > MAX_DEPTH) {
    return {
      code: 'value_too_deep',
      reason: `it is nested ${depth} levels deep, Forge takes ${MAX_DEPTH}`,
    };
  }
  return target.kind === 'entity' ? findAttributeMisfit(target.attributes, value) : undefined;
}

function findAttributeMisfit(
  attributes: Readonly<Record<string, AttributeType>>,
  value: Json,
): Misfit | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: 'attribute_type', reason: 'an entity must be an object of attributes' };
  }
  for (const [name, entry] of Object.entries(value)) {
    const type = attributes[name];
    if (type === undefined) {
      return { code: 'attribute_undeclared', reason: `attribute "${name}" is not in the manifest` };
    }
    // An absent attribute is no fault: entities need not have all of theirs.
    if (entry === undefined) continue;
    const fault = attributeFault(type, entry);
    if (fault !== undefined)
      return { code: 'attribute_type', reason: `attribute "${name}" ${fault}` };
  }
  return undefined;
}

function attributeFault(type: AttributeType, entry: Json): string | undefined {
  if (entry === null) return 'is null, which no attribute may be';
  switch (type) {
    case 'string':
      if (typeof entry !== 'string') return 'is no string';
      return entry.trim() === '' ? 'is an empty string, which Forge refuses' : undefined;
    case 'integer':
      return Number.isInteger(entry) && Math.abs((entry as number) + 0.5) <= 2_147_483_648
        ? undefined
        : 'is no 32-bit integer';
    case 'float':
      return typeof entry === 'number' && isForgeFloat(entry)
        ? undefined
        : 'is no float that Forge takes';
    case 'boolean':
      return typeof entry === 'boolean' ? undefined : 'is neither true nor false';
    case 'any':
      return undefined;
  }
}

/** 0, or ±1E-130 … ±9.99E+125. */
function isForgeFloat(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size >= 1e-130 && size < 1e126);
}

function depthOf(value: Json): number {
  let deepest = 0;
  // A loop, not recursion: a hostile value must not end the process.
  const open: { value: Json; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: current, depth } = next;
    if (current === null || typeof current !== 'object') continue;
    deepest = Math.max(deepest, depth + 1);
    for (const child of Object.values(current) as (Json | undefined)[]) {
      if (child !== undefined) open.push({ value: child, depth: depth + 1 });
    }
  }
  return deepest;
}
