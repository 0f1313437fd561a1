import type { Json, JsonObject, Version } from '../terms.ts';
import type { Target } from './define-record.ts';
import { parsePointer, type Pointer } from './parts.ts';

/** Name under which a pointer stands: in a key-value item's envelope, or alone in an attribute of type `any`. */
const PARTS = '_parts';

/** What stands in a record's place: its whole value, or where its value lies. */
export type StoredItem =
  | { readonly version: Version; readonly value: Json }
  /** `beside` are the attributes that stayed in the entity, for its indexes. */
  | { readonly version: Version; readonly pointer: Pointer; readonly beside: JsonObject }
  /** It says that there are parts, but not in a way that can be read. */
  | { readonly version: Version; readonly broken: string };

/** A value, in two: what goes into parts as text, and what stays in the record's place. */
export interface Divided {
  readonly text: Json;
  readonly beside: JsonObject;
}

/** What is stored: the app's value with its version around or among it. */
export function wrap(target: Target, value: Json, { e, n }: Version): JsonObject {
  return target.kind === 'kvs'
    ? { v: value, _mv: { e, n } }
    : { ...(value as JsonObject), mve: e, mvn: n };
}

/** What is stored in the record's place when its value lies in parts. */
export function wrapPointer(
  target: Target,
  { beside }: Divided,
  { count, bytes, hash }: Pointer,
  { e, n }: Version,
): JsonObject {
  const pointer = { count, bytes, hash };
  if (target.kind === 'kvs') return { [PARTS]: pointer, _mv: { e, n } };
  return { ...beside, [pointerAttribute(target) ?? PARTS]: { [PARTS]: pointer }, mve: e, mvn: n };
}

/**
 * Divides a value for its parts: a key-value item's goes whole, an entity's attributes of type `any` go and the others stay,
 * because its indexes need them. Undefined for an entity that has no such attribute.
 */
export function divide(target: Target, value: Json): Divided | undefined {
  if (target.kind === 'kvs') return { text: value, beside: {} };
  if (pointerAttribute(target) === undefined) return undefined;
  const text: Record<string, Json> = {};
  const beside: Record<string, Json> = {};
  for (const [name, entry] of Object.entries(value as JsonObject)) {
    if (entry === undefined) continue;
    (target.attributes[name] === 'any' ? text : beside)[name] = entry;
  }
  return { text, beside };
}

/** Undoes `divide`. */
export function unite(target: Target, text: Json, beside: JsonObject): Json {
  return target.kind === 'kvs' ? text : { ...beside, ...(text as JsonObject) };
}

/**
 * Whether a value would be taken for a pointer if it stood in the record's place. Such a value is always put into parts,
 * however small: so whatever looks like a pointer there is one.
 */
export function looksLikePointer(target: Target, value: Json): boolean {
  if (target.kind === 'kvs') return false;
  const attribute = pointerAttribute(target);
  return attribute !== undefined && pointerIn((value as JsonObject)[attribute]) !== undefined;
}

/** Undoes `wrap` and `wrapPointer`. Undefined when the item carries no version: something outside the layer wrote it. */
export function unwrap(target: Target, stored: unknown): StoredItem | undefined {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return undefined;
  const item = stored as Record<string, Json>;
  if (target.kind === 'kvs') {
    const mv = item['_mv'] as { e?: unknown; n?: unknown } | undefined;
    if (typeof mv?.e !== 'number' || typeof mv.n !== 'number') return undefined;
    const version = { e: mv.e, n: mv.n };
    if (item[PARTS] !== undefined) return withPointer(version, item[PARTS], {});
    return 'v' in item ? { value: item['v'] ?? null, version } : undefined;
  }
  const { mve: e, mvn: n, ...value } = item;
  if (typeof e !== 'number' || typeof n !== 'number') return undefined;
  const attribute = pointerAttribute(target);
  const found = attribute === undefined ? undefined : pointerIn(value[attribute]);
  if (attribute === undefined || found === undefined) return { value, version: { e, n } };
  const beside = Object.entries(value).filter(([name]) => name !== attribute);
  return withPointer({ e, n }, found, Object.fromEntries(beside));
}

function withPointer(version: Version, found: Json, beside: JsonObject): StoredItem {
  const pointer = parsePointer(found);
  return pointer === undefined
    ? { version, broken: 'what names its parts can not be read' }
    : { version, pointer, beside };
}

/** The first attribute of type `any`, by name: the same for every value of the target. */
function pointerAttribute(target: Target & { readonly kind: 'entity' }): string | undefined {
  const names = Object.keys(target.attributes).filter((name) => target.attributes[name] === 'any');
  return names.sort()[0];
}

/** What stands under the pointer's name, in an object that has nothing else. */
function pointerIn(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [only, ...others] = Object.keys(value);
  return only === PARTS && others.length === 0 ? (value as JsonObject)[PARTS] : undefined;
}
