import { z } from 'zod';
import type { Hash } from '../bucket/digest.ts';
import type { JsonObject, Version } from '../terms.ts';

/**
 * Most bytes of one part as JSON text. With its request around it, it stays below 240,000 bytes: 24 whole units of quota, and
 * below the 240 KiB that Forge takes in one value.
 */
export const PART_BYTES = 239_500;

/**
 * Most parts of one value, about 3.8 MB of text. Writing one takes 384 units: under a tenth of an installation's minute. Its
 * JSON still fits the 5 MB of a function's answer, and a transaction that deletes its parts has room for a head, a log entry
 * and the record.
 */
export const MAX_PARTS = 16;

/** What stands in a record's place when its value lies in parts. */
export interface Pointer {
  readonly count: number;
  /** UTF-8 bytes of the whole text. */
  readonly bytes: number;
  /** The record's hash, over key, version and whole value. The parts' keys carry it: equal key, equal content. */
  readonly hash: Hash;
}

/** One part as it is stored. It names its owner, so that a part without a pointer can be judged. */
export interface Part {
  readonly key: string;
  readonly version: Version;
  readonly text: string;
}

const pointer = z.strictObject({
  count: z.int().min(1).max(MAX_PARTS),
  bytes: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{32}$/),
});
const stored = z.strictObject({ of: z.string(), e: z.int(), n: z.int(), text: z.string() });

/** `s:<group>:<record hash>:<i>`. */
export function partKey(group: string, hash: Hash, index: number): string {
  return `${partPrefix(group)}${hash}:${index}`;
}

/** What the keys of all parts of a group begin with. */
export function partPrefix(group: string): string {
  return `s:${group}:`;
}

/** Reads what `partKey` wrote; undefined for any other key. */
export function parsePartKey(
  group: string,
  key: string,
): { readonly hash: Hash; readonly index: number } | undefined {
  const prefix = partPrefix(group);
  const match = key.startsWith(prefix)
    ? /^([0-9a-f]{32}):(\d{1,3})$/.exec(key.slice(prefix.length))
    : null;
  return match === null ? undefined : { hash: match[1] ?? '', index: Number(match[2]) };
}

/** A part as it is stored: its owner's key and version, and its piece of the text. */
export function formatPart({ key, version, text }: Part): JsonObject {
  return { of: key, e: version.e, n: version.n, text };
}

/** Undefined when it is no part of ours. */
export function parsePart(value: unknown): Part | undefined {
  const parsed = stored.safeParse(value);
  if (!parsed.success) return undefined;
  const { of, e, n, text } = parsed.data;
  return { key: of, version: { e, n }, text };
}

/** Undefined when it is no pointer of ours, or of a later layer that takes more parts. */
export function parsePointer(value: unknown): Pointer | undefined {
  const parsed = pointer.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Cuts a text so that each piece, written as a JSON string, has at most `room` bytes. No character is cut in two. Two writers
 * must cut alike, because one takes the other's parts for its own: a change here needs a new mapping.
 */
export function cutText(text: string, room: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at) ?? 0;
    const size = escapedBytes(code);
    if (bytes + size > room && at > from) {
      pieces.push(text.slice(from, at));
      from = at;
      bytes = 0;
    }
    bytes += size;
    at += code > 0xffff ? 2 : 1;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

/** Bytes of a character inside a JSON string. */
function escapedBytes(code: number): number {
  if (code === 0x22 || code === 0x5c) return 2;
  // A control character or half a pair as `\u0000`; some have shorter forms.
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code > 0xffff ? 4 : 3;
}
