import { recordOf } from '../record/outgoing.ts';
import { parsePart, partKey, type Pointer } from '../record/parts.ts';
import { unite, unwrap } from '../record/stored-item.ts';
import type { Json, Version } from '../terms.ts';
import { valueOf, type History, type Value } from './history.ts';
import { NOTES } from './notes.ts';

/** The parts that Forge holds, from what it has confirmed. A record must never point at one that is not there. */
export class PartsMirror {
  readonly #history: History;
  readonly #texts = new Map<string, string>();
  readonly #pointers = new Map<string, Pointer>();
  /** Parts that a record has pointed at, ever. */
  readonly #partsOf = new Map<string, Set<string>>();
  /** Deleted once: when one is there again, a late request made it. */
  readonly #deletedOnce = new Set<string>();

  constructor(history: History) {
    this.#history = history;
  }

  /** An item was created. */
  created({ key, value }: { readonly key: string; readonly value: unknown }): void {
    const part = key.startsWith('s:') ? parsePart(value) : undefined;
    if (part !== undefined) this.#texts.set(key, part.text);
  }

  /** What a record says that was just stored, with its parts. */
  valueOf(key: string, stored: unknown): { version: Version; value: Value | undefined } {
    const { target } = recordOf(NOTES, key);
    const item = unwrap(target, stored);
    if (item === undefined || 'broken' in item) throw new Error(`${key} can't be read`);
    const { version } = item;
    this.#pointers.delete(key);
    if ('value' in item) return { version, value: valueOf(item.value) };
    this.#pointers.set(key, item.pointer);
    const parts = this.#partsOf.get(key) ?? new Set<string>();
    for (const part of keysOf(item.pointer)) parts.add(part);
    this.#partsOf.set(key, parts);
    const texts = keysOf(item.pointer).map((part) => this.#texts.get(part));
    if (texts.includes(undefined)) {
      this.#history.fail(
        'parts missing',
        `${key} ${version.e}.${version.n} was stored before them`,
      );
      return { version, value: undefined };
    }
    const value = unite(target, JSON.parse(texts.join('')) as Json, item.beside);
    return { version, value: valueOf(value) };
  }

  /** These items were deleted, after everything else of their transaction. */
  removed(keys: readonly string[]): void {
    for (const part of keys) {
      if (!this.#texts.delete(part)) continue;
      this.#deletedOnce.add(part);
      for (const [key, pointer] of this.#pointers) {
        if (keysOf(pointer).includes(part)) {
          this.#history.fail('parts missing', `${part} was deleted under ${key}`);
        }
      }
    }
  }

  /** Whether a part that a record once pointed at is there, and it no longer points at it. */
  isLeft(key: string): boolean {
    const pointer = this.#pointers.get(key);
    const present = new Set(pointer === undefined ? [] : keysOf(pointer));
    const parts = [...(this.#partsOf.get(key) ?? [])];
    return parts.some(
      (part) => this.#texts.has(part) && !present.has(part) && !this.#deletedOnce.has(part),
    );
  }

  /** A record was deleted: it points at nothing any more. */
  forget(key: string): void {
    this.#pointers.delete(key);
  }
}

function keysOf({ hash, count }: Pointer): readonly string[] {
  return Array.from({ length: count }, (_, i) => partKey(NOTES.group, hash, i));
}
