import { advance, type Write } from '../apply/apply-rule.ts';
import { formatHead, HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { isTwo } from '../copy/commit.ts';
import { insist, refused, unauthorized, unreachable } from '../copy/insist.ts';
import { readStored } from '../copy/read-stored.ts';
import { placesOf, type StoredValue } from '../copy/read-value.ts';
import { backOff, type SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import type { ItemKey, SetOperation, Transaction } from '../forge/carrier.ts';
import { formatLogEntry, logKey, parseLogEntry } from '../forge/log-entry.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { isSetAside, prepareValue } from '../record/outgoing.ts';
import type { Authority, Json } from '../terms.ts';

const ATTEMPTS = 12;

/** What a read or a change came to. `elsewhere`: Forge is not the authority (`P`), or nobody is for a moment (`D`). */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly authority: Exclude<Authority, 'F'>;
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
    const head = await this.#head(key);
    if (head.auth === 'P') return { kind: 'elsewhere', authority: 'P' };
    return { kind: 'read', stored: await readStored(this.#context, this.#group, key, 'live') };
  }

  /**
   * Changes one record. `change` runs again whenever somebody else was faster, so it must be a function of what it is given.
   * `mutation` names this change: after a lost answer the log tells whether it was made, so that it is never made twice.
   * Throws `record.unfit` for a value that Forge can't hold; nothing is written then.
   */
  async change(key: string, mutation: string, change: Change): Promise<ChangeResult> {
    let since: number | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const head = await this.#head(key);
      // Before the authority is looked at: the change may have been made just before a hand-over.
      if (since !== undefined && (await this.#isMade(key, mutation, since, head.seq))) {
        const stored = await readStored(this.#context, this.#group, key, 'live');
        return { kind: 'changed', stored: stored.value };
      }
      if (head.auth !== 'F') return { kind: 'elsewhere', authority: head.auth };
      const present = await readStored(this.#context, this.#group, key, 'live');
      const value = change(present.value);
      if (value === UNCHANGED) return { kind: 'unchanged', stored: present.value };
      const write = this.#write(key, head, present, value);
      since ??= head.seq;
      if (await this.#commit(key, mutation, head, write)) return { kind: 'changed', stored: value };
      if (attempt > 1) await backOff(this.#context, Math.min(attempt - 1, 4));
    }
    throw unreachable(new Error(`${key} could not be changed in ${ATTEMPTS} attempts`));
  }

  async #head(key: string): Promise<Head> {
    const at = headKey(this.#context.scope.group, this.#bucket(key));
    const found = await insist(this.#context, 'read', 'live', 1, (carrier) =>
      carrier.get({ key: at, entity: HEAD_ENTITY }),
    );
    if (found === undefined) throw new LayerError('head.missing', `${at} does not exist`);
    return parseHead(found.value, at);
  }

  #bucket(key: string): number {
    return bucketOf(slotOf(key), this.#context.scope.buckets);
  }

  #write(key: string, head: Head, present: StoredValue, value: Json | undefined): Write {
    const version = { e: head.epoch, n: present.version.n + 1 };
    const item = prepareValue(this.#group, this.#context.scope.tenantKey, {
      ...{ key, slot: slotOf(key), version, value },
    });
    if (isSetAside(item)) {
      throw new LayerError('record.unfit', `${key}: ${item.misfit.code} ${item.misfit.reason}`);
    }
    return { item, replaces: present };
  }

  /** True when it is certain that it was written. */
  async #commit(key: string, mutation: string, head: Head, write: Write): Promise<boolean> {
    const transaction = this.#transaction(key, mutation, head, write);
    await this.#context.units.take({ kind: 'write', units: 1, priority: 'live' });
    const reply = await this.#context.carrier.transact(transaction);
    switch (reply.kind) {
      case 'ok':
        return true;
      case 'unauthorized':
        throw unauthorized(reply.status);
      case 'refused':
        throw refused(reply);
      case 'throttled':
        await this.#context.units.throttled();
        return false;
      case 'conflict':
      case 'unknown':
        return false;
    }
  }

  #transaction(key: string, mutation: string, head: Head, write: Write): Transaction {
    const { group } = this.#context.scope;
    const bucket = this.#bucket(key);
    const next = advance(head, [write]);
    const { item } = write;
    const { record, tombstone } = placesOf(this.#context.scope, this.#group, key);
    const entry = formatLogEntry({ records: [{ key, version: item.version }], mutation });
    const set: SetOperation[] = [
      {
        ...{ key: headKey(group, bucket), entity: HEAD_ENTITY },
        json: JSON.stringify(formatHead(next)),
        conditions: [
          { attribute: 'seq', value: head.seq },
          { attribute: 'epoch', value: head.epoch },
          { attribute: 'auth', value: 'F' },
        ],
      },
      { key: logKey(group, bucket, next.seq), entity: undefined, json: JSON.stringify(entry) },
    ];
    const gone: ItemKey[] = [];
    if (item.json === null) {
      set.push({ ...tombstone, json: JSON.stringify(item.version) });
      if (isTwo(write)) gone.push(record);
    } else {
      set.push({ ...record, json: item.json });
      if (isTwo(write)) gone.push(tombstone);
    }
    return { set, delete: gone };
  }

  /**
   * Whether an earlier attempt was applied. Looked for behind the head of **this** round: before it was read an earlier
   * attempt could still be applied, after it none can, for each names an older `seq` (decision 0009).
   */
  async #isMade(key: string, mutation: string, since: number, seq: number): Promise<boolean> {
    const bucket = this.#bucket(key);
    for (let at = since + 1; at <= seq; at += 1) {
      const item = { key: logKey(this.#context.scope.group, bucket, at), entity: undefined };
      const found = await insist(this.#context, 'read', 'live', 1, (carrier) => carrier.get(item));
      // Entries of before a flip do not exist, and those that came back may be gone.
      if (found === undefined) continue;
      if (parseLogEntry(found.value, item.key).mutation === mutation) return true;
    }
    return false;
  }
}
