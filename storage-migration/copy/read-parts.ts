import type { GroupDefinition } from '../record/define-record.ts';
import { canonical } from '../record/canonical.ts';
import { recordHash } from '../record/hash.ts';
import { recordOf } from '../record/outgoing.ts';
import { parsePart, partKey, type Pointer } from '../record/parts.ts';
import { unite } from '../record/stored-item.ts';
import type { Json, JsonObject, Version } from '../terms.ts';
import type { Priority } from './governor.ts';
import { inLanes } from './in-lanes.ts';
import { insist } from './insist.ts';
import { unitsOf } from './packer.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/** Parts under way at once. */
export const PART_LANES = 4;

/** A record whose value lies in parts. */
export interface InParts {
  readonly key: string;
  readonly version: Version;
  readonly pointer: Pointer;
  readonly beside: JsonObject;
}

/**
 * Reads a value that lies in parts, by strict single reads, and proves it whole: number, size, owner and hash. `missing` says
 * why it could not be had; only the record itself, read again, tells whether that is a difference or just a newer version.
 */
export async function readParts(
  context: SendContext,
  group: GroupDefinition,
  { key, version, pointer, beside }: InParts,
  priority: Priority,
): Promise<{ readonly value: Json } | { readonly missing: string }> {
  const { count, bytes, hash } = pointer;
  const units = unitsOf(bytes / count, UNIT_BYTES);
  const pieces: (string | undefined)[] = Array.from({ length: count });
  await inLanes([...pieces.keys()], PART_LANES, async (index) => {
    const item = { key: partKey(context.scope.group, hash, index), entity: undefined };
    const found = await insist(context, 'read', priority, units, (carrier) => carrier.get(item));
    const part = parsePart(found?.value);
    if (part?.key === key) pieces[index] = part.text;
  });
  const lost = pieces.filter((piece) => piece === undefined).length;
  if (lost > 0) return { missing: `${lost} of its ${count} parts are missing` };
  const text = pieces.join('');
  if (Buffer.byteLength(text) !== bytes) return { missing: 'its parts have another size' };
  const parsed = parse(text);
  const value =
    parsed === undefined ? undefined : unite(recordOf(group, key).target, parsed, beside);
  const isWhole =
    value !== undefined &&
    recordHash(context.scope.tenantKey, key, version, canonical(value)) === hash;
  return isWhole ? { value } : { missing: 'its parts have another content' };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
