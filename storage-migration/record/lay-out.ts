import type { Hash } from '../bucket/digest.ts';
import type { Json, Version } from '../terms.ts';
import { canonical } from './canonical.ts';
import type { Target } from './define-record.ts';
import { type Misfit } from './fits.ts';
import { MAX_VALUE_BYTES } from './limits.ts';
import { cutText, formatPart, MAX_PARTS, PART_BYTES, type Pointer } from './parts.ts';
import { divide, looksLikePointer, wrap, wrapPointer } from './stored-item.ts';

/** How a record is stored: one item, or a pointer and the pieces of its text. */
export interface Layout {
  readonly json: string;
  readonly parts?: readonly string[];
}

/** Room for text that a part has at least, however long its owner's key is. */
const LEAST_ROOM = 64;

/**
 * Lays a record out: whole where it fits `valueBytes`, otherwise in as few parts as possible. The same record is laid out alike
 * by everyone. A misfit says what is too large.
 */
export function layOut(
  target: Target,
  record: { readonly key: string; readonly version: Version; readonly value: Json; hash: Hash },
  valueBytes: number,
): Layout | Misfit {
  const { key, version, value, hash } = record;
  const whole = canonical(wrap(target, value, version));
  const bytes = Buffer.byteLength(whole);
  if (bytes <= valueBytes && !looksLikePointer(target, value)) return { json: whole };
  const divided = divide(target, value);
  if (divided === undefined) return tooLarge(bytes, 'its entity has no attribute of type any');
  const text = canonical(divided.text);
  const frame = Buffer.byteLength(JSON.stringify(formatPart({ key, version, text: '' })));
  const parts = cutText(text, Math.max(LEAST_ROOM, Math.min(PART_BYTES, valueBytes) - frame));
  if (parts.length > MAX_PARTS) {
    return tooLarge(
      bytes,
      `${MAX_PARTS} parts of ${PART_BYTES.toLocaleString('en')} bytes do not hold it`,
    );
  }
  const pointer: Pointer = { count: parts.length, bytes: Buffer.byteLength(text), hash };
  const json = canonical(wrapPointer(target, divided, pointer, version));
  if (Buffer.byteLength(json) > MAX_VALUE_BYTES) {
    return tooLarge(bytes, 'even without its attributes of type any it does not fit one item');
  }
  return { json, parts };
}

function tooLarge(bytes: number, why: string): Misfit {
  return { code: 'value_too_large', reason: `it has ${bytes.toLocaleString('en')} bytes: ${why}` };
}
