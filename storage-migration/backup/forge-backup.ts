import type { Pool } from 'pg';
import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import type { StoredValue } from '../copy/read-value.ts';
import type { SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Authority, Scope } from '../terms.ts';
import { addCounts, countRecord, noCounts, pushPart, type Counts } from './content.ts';
import { noteStretch, type Stretch } from './journal.ts';
import type { Part } from './manifest.ts';
import { PartWriter } from './part-writer.ts';

export interface ForgeBackupOptions {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
  readonly folder: string;
  /** Who gives versions there: `F`, or `S` when Forge holds the tenant alone. */
  readonly authority: Authority;
  readonly partBytes: number | undefined;
}

/** A reading of Forge that is under way: what is in the backup so far, and the way to add to it. */
export class ForgeBackup {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
  readonly counts: Counts = noCounts();
  readonly parts: Part[] = [];
  /** Epoch and `seq` up to which each bucket is in the backup. */
  readonly seen = new Map<number, readonly [epoch: number, seq: number]>();
  readonly differing = new Set<number>();
  readonly #folder: string;
  readonly #authority: Authority;
  readonly #writer: PartWriter;
  #open = openStretch();

  constructor(options: ForgeBackupOptions, finished: readonly Stretch[]) {
    this.pool = options.pool;
    this.scope = options.scope;
    this.group = options.group;
    this.send = options.send;
    this.#folder = options.folder;
    this.#authority = options.authority;
    for (const stretch of finished) this.#add(stretch);
    const last = Math.max(0, ...this.parts.map(({ name }) => Number(name.slice(5, 11))));
    this.#writer = new PartWriter(options.folder, last + 1, options.partBytes);
  }

  /** A head, read strictly. Throws `handover.parked` when the authority has moved: what was read is of another moment then. */
  async headOf(bucket: number): Promise<Head> {
    const head = await this.send.heads.readStrictly(this.send, bucket);
    const epoch = this.seen.get(bucket)?.[0] ?? head.epoch;
    if (head.auth === this.#authority && head.epoch === epoch) return head;
    throw new LayerError('handover.parked', 'the authority has moved while it was read');
  }

  /** Adds a record as it was read. Nothing is written for a key that Forge holds nothing of. */
  readonly write = async (key: string, stored: StoredValue): Promise<void> => {
    const { version, deleted, hash, value } = stored;
    if (hash === undefined) return;
    const record = { key, version, deleted, value };
    countRecord(this.#open.counts, record);
    pushPart(this.#open.parts, await this.#writer.add(record));
  };

  /** A record whose content can't be had. Its bucket is named in the manifest. */
  noteBroken(key: string): void {
    this.#open.differing.push(bucketOf(slotOf(key), this.send.scope.buckets));
  }

  /** Notes that a bucket is in the backup up to this head. Ends the stretch when it has grown to a part. */
  async noteBucket(bucket: number, head: Head, isSound: boolean): Promise<void> {
    this.#open.buckets.set(bucket, [head.epoch, head.seq]);
    if (!isSound) this.#open.differing.push(bucket);
    this.seen.set(bucket, [head.epoch, head.seq]);
    if (this.#writer.isFull) await this.endStretch();
  }

  /** Closes the part under way and notes what it completes, so that a crash costs no more than what comes after. */
  async endStretch(): Promise<void> {
    const { parts, buckets, counts, differing } = this.#open;
    pushPart(parts, await this.#writer.close());
    if (buckets.size === 0) return;
    const stretch = {
      ...{ parts, differing, ...counts },
      buckets: [...buckets].map(([b, [epoch, seq]]): [number, number, number] => [b, epoch, seq]),
    };
    await noteStretch(this.#folder, stretch);
    this.#add(stretch);
    this.#open = openStretch();
  }

  #add(stretch: Stretch): void {
    this.parts.push(...stretch.parts);
    addCounts(this.counts, stretch);
    for (const [bucket, epoch, seq] of stretch.buckets) this.seen.set(bucket, [epoch, seq]);
    for (const bucket of stretch.differing) this.differing.add(bucket);
  }
}

function openStretch() {
  return {
    parts: [] as Part[],
    buckets: new Map<number, readonly [number, number]>(),
    counts: noCounts(),
    differing: [] as number[],
  };
}
