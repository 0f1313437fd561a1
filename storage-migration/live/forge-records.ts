import type { Write } from '../apply/apply-rule.ts';
import { COUNTER_ALARM, HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { insist, refused, unreachable } from '../copy/insist.ts';
import { readSettled, readStored } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { backOff, type SendContext } from '../copy/send-context.ts';
import { storeParts } from '../copy/store-parts.ts';
import { transactOnce } from '../copy/transact-once.ts';
import { LayerError } from '../errors.ts';
import { logKey, parseLogEntry } from '../forge/log-entry.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { isSetAside, prepareValue } from '../record/outgoing.ts';
import type { Authority, Json } from '../terms.ts';
import { changeTransaction, type BucketChange } from './change-transaction.ts';
import { isMarked } from './sealed.ts';

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
 * is the authority is read in the same round as the data and named in the condition; it is never remembered.
 */
export class ForgeRecords {
  readonly #context: SendContext;
  readonly #group: GroupDefinition;

  constructor(context: SendContext, group: GroupDefinition) {
    this.#context = context;
    this.#group = group;
  }

  /** The record as it is. Throws `target.unreachable` rather than say that there is none. */
  async read(key: string): Promise<ReadResult> {
    const head = await this.#head(this.#bucket(key));
    if (head.auth === 'P') return { kind: 'elsewhere', authority: 'P' };
    return { kind: 'read', stored: await readSettled(this.#context, this.#group, key, 'live') };
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
    /** Every bucket that an attempt may have written, with its `seq` before the first one: all its entries carry the mutation. */
    const since = new Map<number, number>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const heads = new Map<number, Head>();
      for (const bucket of buckets) heads.set(bucket, await this.#head(bucket));
      // Before the authority is looked at: the change may have been made just before a hand-over.
      if (await this.#isMadeSince(since, heads, mutation)) {
        return { kind: 'changed', stored: valuesOf(await this.#read(keys)) };
      }
      for (const head of heads.values()) {
        if (head.auth === 'P' || head.auth === 'D') {
          return { kind: 'elsewhere', authority: head.auth };
        }
      }
      const present = await this.#read(keys);
      let values: ReturnType<ChangeAll>;
      let changes: readonly BucketChange[] = [];
      try {
        values = change(present);
        if (values !== UNCHANGED) changes = this.#plan(heads, present, values);
      } catch (error) {
        if (await this.#hasMoved(since, heads)) continue;
        throw error;
      }
      if (values === UNCHANGED || changes.length === 0) {
        if (await this.#hasMoved(since, heads)) continue;
        return { kind: 'unchanged', stored: valuesOf(present) };
      }
      for (const { bucket, head } of changes) {
        if (!since.has(bucket)) since.set(bucket, head.seq);
      }
      if (await this.#commit(mutation, changes)) {
        return { kind: 'changed', stored: new Map([...valuesOf(present), ...values]) };
      }
      if (attempt > 1) await backOff(this.#context, Math.min(attempt - 1, 4));
    }
    throw unreachable(new Error(`${keys.join(', ')} could not be changed in ${ATTEMPTS} attempts`));
  }

  async #head(bucket: number): Promise<Head> {
    const { group, mapping, incarnation } = this.#context.scope;
    const at = headKey(group, bucket);
    const found = await insist(this.#context, 'read', 'live', 1, (carrier) =>
      carrier.get({ key: at, entity: HEAD_ENTITY }),
    );
    if (found === undefined) throw new LayerError('head.missing', `${at} does not exist`);
    const head = parseHead(found.value, at);
    if (head.mapv !== mapping || head.inc !== incarnation) {
      throw new LayerError(
        'layer.version_mismatch',
        `${at} has mapping ${head.mapv}, incarnation ${head.inc}; this process has ${mapping}, ${incarnation}`,
      );
    }
    if (head.seq >= COUNTER_ALARM) {
      throw new LayerError('head.exhausted', `a head has counted to ${head.seq}`);
    }
    return head;
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

  /** True when it is certain that it was written. */
  async #commit(mutation: string, changes: readonly BucketChange[]): Promise<boolean> {
    const writes = changes.flatMap((change) => change.writes);
    // In every round anew: under Forge an unreferenced part may go as long as the head has not been compared.
    const items = writes.map(({ item }) => item);
    const refusal = await storeParts(this.#context, items, 'live');
    if (refusal !== undefined) throw refused(refusal);
    const transaction = changeTransaction(this.#context.scope, mutation, changes);
    return transactOnce(this.#context, transaction, 'live');
  }

  /**
   * Whether an earlier attempt was applied. Looked for behind the heads of **this** round: an attempt that is applied after
   * they were read moves one of them, so this round's own commit fails (decision 0009).
   */
  async #isMadeSince(
    since: ReadonlyMap<number, number>,
    heads: ReadonlyMap<number, Head>,
    mutation: string,
  ): Promise<boolean> {
    for (const [bucket, seq] of since) {
      const head = heads.get(bucket);
      if (head !== undefined && (await this.#isMade(bucket, mutation, seq, head))) return true;
    }
    return false;
  }

  /**
   * Whether an earlier attempt may have been applied since this round's heads were read. A round that writes finds out by
   * its commit; one that ends without writing has to look: what it saw may be its own change.
   */
  async #hasMoved(
    since: ReadonlyMap<number, number>,
    heads: ReadonlyMap<number, Head>,
  ): Promise<boolean> {
    for (const bucket of since.keys()) {
      if ((await this.#head(bucket)).seq !== heads.get(bucket)?.seq) return true;
    }
    return false;
  }

  /** Looks through what a bucket says of its changes since a position. */
  async #isMade(bucket: number, mutation: string, since: number, head: Head): Promise<boolean> {
    const logged = head.auth === 'S' ? Math.min(head.f0, head.seq) : head.seq;
    for (let at = since + 1; at <= logged; at += 1) {
      const item = { key: logKey(this.#context.scope.group, bucket, at), entity: undefined };
      const found = await insist(this.#context, 'read', 'live', 1, (carrier) => carrier.get(item));
      if (found === undefined) {
        // Swept after the seal: whether it was this change is not to be known any more.
        if (head.auth === 'S') throw unreachable(new Error(`${item.key} was swept meanwhile`));
        // Entries of before a flip do not exist, and those that came back may be gone.
        continue;
      }
      if (parseLogEntry(found.value, item.key).mutation === mutation) return true;
    }
    return head.auth === 'S' && isMarked(this.#context, bucket, mutation, since, head);
  }
}

function valuesOf(present: Present): ReadonlyMap<string, Json | undefined> {
  return new Map([...present].map(([key, stored]) => [key, stored.value]));
}
