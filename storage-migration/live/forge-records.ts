import { advance, type Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { refused, unreachable } from '../copy/insist.ts';
import { readSettled, readStored } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { type SendContext } from '../copy/send-context.ts';
import { backOff } from '../copy/reach.ts';
import { storeParts } from '../copy/store-parts.ts';
import { tryTransaction, type Outcome } from '../copy/transact-once.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { isSetAside, prepareValue } from '../record/outgoing.ts';
import type { Authority, Json } from '../terms.ts';
import { Attempts } from './attempts.ts';
import { changeTransaction, type BucketChange } from './change-transaction.ts';
import type { TargetMemory } from './record-memory.ts';
import { readLiveHead } from './read-live-head.ts';

const ATTEMPTS = 12;

/** What a read or a change came to. `elsewhere`: Forge is not the authority (`P`), or nobody is for a moment (`D`). */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly authority: Exclude<Authority, 'F' | 'S'>;
}

export type ReadResult = { readonly kind: 'read'; readonly stored: StoredValue } | Elsewhere;

export type ChangeResult =
  | { readonly kind: 'changed'; readonly stored: Json | undefined }
  /** `change` said that there is nothing to do. */
  | { readonly kind: 'unchanged'; readonly stored: Json | undefined }
  | Elsewhere;

/** Makes the new value from the present one; `undefined` is an absent or deleted record. `unchanged` writes nothing. */
export type Change = (present: Json | undefined) => Json | undefined | typeof UNCHANGED;

export const UNCHANGED = Symbol('unchanged');

/** What each key holds now, with its version, and what it is to hold. */
export type Present = ReadonlyMap<string, StoredValue>;
export type ChangeAll = (
  present: Present,
) => ReadonlyMap<string, Json | undefined> | typeof UNCHANGED;

export type ChangeAllResult =
  | {
      readonly kind: 'changed' | 'unchanged';
      readonly stored: ReadonlyMap<string, Json | undefined>;
    }
  | Elsewhere;

/**
 * Records while Forge is their authority (step `forgeWrite`). One change is one transaction: it compares and sets the
 * bucket's head, writes the record with the next version, and the log entry that carries it back to Postgres. Which store
 * is the authority is read in the same round as the data and named in the condition. With a memory, the first round of a
 * change may begin from what this process last saw: it counts only if its commit goes through.
 */
export class ForgeRecords {
  readonly #context: SendContext;
  readonly #group: GroupDefinition;
  readonly #memory: TargetMemory | undefined;
  readonly #isElsewhere: (() => Promise<boolean>) | undefined;

  /**
   * `isElsewhere` is asked by a change that had to wait for its turn, before it asks Forge anything: whether another source, one
   * that costs no units, knows that Forge is not to be asked now.
   */
  constructor(
    context: SendContext,
    group: GroupDefinition,
    memory?: TargetMemory,
    isElsewhere?: () => Promise<boolean>,
  ) {
    this.#context = context;
    this.#group = group;
    this.#memory = memory;
    this.#isElsewhere = isElsewhere;
  }

  /** The record as it is. Throws `target.unreachable` rather than say that there is none. */
  async read(key: string): Promise<ReadResult> {
    const bucket = this.#bucket(key);
    const head = await this.#head(bucket);
    if (head.auth === 'P') return { kind: 'elsewhere', authority: 'P' };
    const stored = await readSettled(this.#context, this.#group, key, 'live');
    this.#memory?.note(bucket, head, [[key, stored]]);
    return { kind: 'read', stored };
  }

  /**
   * The record as this process last saw it, or as it is where only its bucket's head is remembered: the head is not asked for.
   * Undefined when neither is known. Only for whoever changes this very record with {@link changeAll}, which finds out whether it
   * still holds. Everything else needs {@link read}.
   */
  async recall(key: string): Promise<StoredValue | undefined> {
    const bucket = this.#bucket(key);
    // Somebody else's read of the head will do here, and spares one for every change that waits for the first of its bucket.
    if (this.#memory?.recall(bucket) === undefined) await this.#memory?.beingRead(bucket);
    const head = this.#memory?.recall(bucket)?.head;
    const stored = this.#recalled(key);
    if (head === undefined || stored !== undefined) return stored;
    const present = await readStored(this.#context, this.#group, key, 'live');
    this.#memory?.note(bucket, head, [[key, present]]);
    return present;
  }

  /** Who gives this record's versions at this moment. For whoever would conclude something from a query alone. */
  async authority(key: string): Promise<Authority> {
    return (await this.#head(this.#bucket(key))).auth;
  }

  /**
   * Changes one record. `change` runs again whenever somebody else was faster, so it must be a function of what it is given.
   * `mutation` names this change: after a lost answer the log tells whether it was made, so that it is never made twice.
   * Throws `record.unfit` for a value that Forge can't hold; nothing is written then.
   */
  async change(key: string, mutation: string, change: Change): Promise<ChangeResult> {
    const result = await this.changeAll([key], mutation, (present) => {
      const value = change(present.get(key)?.value);
      return value === UNCHANGED ? UNCHANGED : new Map([[key, value]]);
    });
    return result.kind === 'elsewhere'
      ? result
      : { kind: result.kind, stored: result.stored.get(key) };
  }

  /**
   * Changes up to `MOST_AT_ONCE` records together or not at all; as {@link change} otherwise. Records that the answer of
   * `change` does not name stay as they are, though they too were read in the same round. What `change` throws comes out,
   * and nothing is written.
   */
  async changeAll(
    keys: readonly string[],
    mutation: string,
    change: ChangeAll,
  ): Promise<ChangeAllResult> {
    const buckets = [...new Set(keys.map((key) => this.#bucket(key)))];
    const work = (): Promise<ChangeAllResult> => this.#changeIn(buckets, keys, mutation, change);
    return (
      this.#memory?.inTurn(buckets, this.#context.timing, async (hasWaited) =>
        // Nothing of this change has been sent yet. Those that waited behind a hand-over would all ask Forge where to go now.
        hasWaited && (await this.#isElsewhere?.()) === true
          ? { kind: 'elsewhere', authority: 'D' }
          : work(),
      ) ?? work()
    );
  }

  async #changeIn(
    buckets: readonly number[],
    keys: readonly string[],
    mutation: string,
    change: ChangeAll,
  ): Promise<ChangeAllResult> {
    const attempts = new Attempts(this.#context, mutation);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const recalled = attempt === 0 ? this.#recallHeads(buckets) : undefined;
      const heads = recalled ?? new Map<number, Head>();
      if (recalled === undefined) {
        for (const bucket of buckets) heads.set(bucket, await this.#head(bucket));
      }
      // Before the authority is looked at: the change may have been made just before a hand-over.
      if (await attempts.isMade(heads)) {
        return { kind: 'changed', stored: valuesOf(await this.#read(keys)) };
      }
      for (const head of heads.values()) {
        if (head.auth === 'P' || head.auth === 'D') {
          return { kind: 'elsewhere', authority: head.auth };
        }
      }
      const present = await (recalled === undefined ? this.#read(keys) : this.#readRest(keys));
      this.#note(heads, present);
      // Concluding something without a commit: what was seen must not be this change itself, or only remembered.
      const isDoubtful = async (): Promise<boolean> =>
        recalled !== undefined || (await attempts.haveMoved(heads));
      let values: ReturnType<ChangeAll>;
      let changes: readonly BucketChange[] = [];
      try {
        values = change(present);
        if (values !== UNCHANGED) changes = this.#plan(heads, present, values);
      } catch (error) {
        if (await isDoubtful()) continue;
        throw error;
      }
      if (values === UNCHANGED || changes.length === 0) {
        if (await isDoubtful()) continue;
        return { kind: 'unchanged', stored: valuesOf(present) };
      }
      attempts.note(changes);
      const outcome = await this.#commit(mutation, changes);
      if (outcome === 'made') {
        this.#wrote(changes, values);
        return { kind: 'changed', stored: new Map([...valuesOf(present), ...values]) };
      }
      if (outcome === 'refuted') attempts.refute();
      for (const { bucket } of changes) this.#memory?.forget(bucket);
      if (attempt > 1) await backOff(this.#context, Math.min(attempt - 1, 4));
    }
    throw unreachable(new Error(`${keys.join(', ')} could not be changed in ${ATTEMPTS} attempts`));
  }

  #recalled(key: string): StoredValue | undefined {
    const stored = this.#memory?.recall(this.#bucket(key))?.records.get(key);
    return stored && structuredClone(stored);
  }

  #head(bucket: number): Promise<Head> {
    const head = readLiveHead(this.#context, bucket);
    return this.#memory?.reading(bucket, head) ?? head;
  }

  /** The heads as last seen, if this process has seen all of them with Forge. */
  #recallHeads(buckets: readonly number[]): Map<number, Head> | undefined {
    const heads = new Map<number, Head>();
    for (const bucket of buckets) {
      const head = this.#memory?.recall(bucket)?.head;
      if (head === undefined) return undefined;
      heads.set(bucket, head);
    }
    return heads;
  }

  /** What is remembered, and the rest as it is now: it is at least as new as the head that is remembered. */
  async #readRest(keys: readonly string[]): Promise<Present> {
    const known = new Map<string, StoredValue>();
    for (const key of keys) {
      const stored = this.#recalled(key);
      if (stored !== undefined) known.set(key, stored);
    }
    return new Map([...known, ...(await this.#read(keys.filter((key) => !known.has(key))))]);
  }

  #note(heads: ReadonlyMap<number, Head>, present: Present): void {
    for (const [bucket, head] of heads) {
      const records = [...present].filter(([key]) => this.#bucket(key) === bucket);
      this.#memory?.note(bucket, head, records);
    }
  }

  #wrote(changes: readonly BucketChange[], values: ReadonlyMap<string, Json | undefined>): void {
    for (const { bucket, head, writes } of changes) {
      const records = writes.map(({ item }): [string, StoredValue] => {
        const { version, hash, parts } = item;
        const value = structuredClone(values.get(item.key));
        const lies = parts === undefined ? {} : { parts: parts.length };
        return [item.key, { version, deleted: item.json === null, hash, value, ...lies }];
      });
      this.#memory?.wrote(bucket, head, advance(head, writes), records);
    }
  }

  #bucket(key: string): number {
    return bucketOf(slotOf(key), this.#context.scope.buckets);
  }

  async #read(keys: readonly string[]): Promise<Present> {
    const present = new Map<string, StoredValue>();
    for (const key of keys) {
      present.set(key, await readStored(this.#context, this.#group, key, 'live'));
    }
    return present;
  }

  /** What is written under which head. Throws `record.unfit`. */
  #plan(
    heads: ReadonlyMap<number, Head>,
    present: Present,
    values: ReadonlyMap<string, Json | undefined>,
  ): readonly BucketChange[] {
    const writes = new Map<number, Write[]>();
    for (const [key, value] of values) {
      const bucket = this.#bucket(key);
      const [head, replaces] = [heads.get(bucket), present.get(key)];
      if (head === undefined || replaces === undefined) {
        throw new RangeError(`${key} was not among the keys of this change`);
      }
      const item = prepareValue(this.#group, this.#context.scope.tenantKey, {
        ...{ key, slot: slotOf(key), value },
        version: { e: head.epoch, n: replaces.version.n + 1 },
      });
      if (isSetAside(item)) {
        throw new LayerError('record.unfit', `${key}: ${item.misfit.code} ${item.misfit.reason}`);
      }
      writes.set(bucket, [...(writes.get(bucket) ?? []), { item, replaces }]);
    }
    return [...writes].flatMap(([bucket, under]) => {
      const head = heads.get(bucket);
      return head === undefined ? [] : [{ bucket, head, writes: under }];
    });
  }

  async #commit(mutation: string, changes: readonly BucketChange[]): Promise<Outcome> {
    const writes = changes.flatMap((change) => change.writes);
    // In every round anew: under Forge an unreferenced part may go as long as the head has not been compared.
    const items = writes.map(({ item }) => item);
    const refusal = await storeParts(this.#context, items, 'live');
    if (refusal !== undefined) throw refused(refusal);
    const transaction = changeTransaction(this.#context.scope, mutation, changes);
    return tryTransaction(this.#context, transaction, 'live');
  }
}

function valuesOf(present: Present): ReadonlyMap<string, Json | undefined> {
  return new Map([...present].map(([key, stored]) => [key, stored.value]));
}
