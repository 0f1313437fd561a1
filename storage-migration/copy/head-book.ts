import type { Stored, Write } from '../apply/apply-rule.ts';
import type { Hash } from '../bucket/digest.ts';
import { HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import { LayerError } from '../errors.ts';
import type { ForgeCarrier } from '../forge/carrier.ts';
import { compareVersions, type Version } from '../terms.ts';
import { insist } from './insist.ts';
import type { TargetReach } from './reach.ts';

/** Records remembered in all; beyond that the bucket that was longest not written is read again. About 5 MB. */
const MOST_REMEMBERED = 20_000;
const MOST_IN_PARTS = 1_000;

/**
 * The heads as this process last knew them, and what it knows to be stored under them. Known is only a guess that saves a
 * read: every write compares and sets `seq`, so it succeeds exactly when nobody else has written the bucket since, and then
 * everything remembered about it was right. After anything else the bucket is forgotten and read again. Work on one bucket
 * is done in turn, so that push and backfill of one process do not race each other.
 */
export class HeadBook {
  readonly #known = new Map<number, Head>();
  readonly #stored = new Map<number, Map<string, Stored>>();
  #remembered = 0;
  readonly #turns = new Map<number, Promise<unknown>>();
  /** Records whose parts this process has seen to be there, by hash, with the head's epoch at that time. */
  readonly #parts = new Map<Hash, number>();
  /** Highest register seen per bucket, to notice a restored or cloned one. */
  readonly #highest = new Map<number, Version>();

  /** What earlier processes saw, from `mig_racked`. */
  recall(bucket: number, epoch: number, seq: number): void {
    this.#highest.set(bucket, { e: epoch, n: seq });
  }

  /** The head, read strictly unless this process wrote it last. Throws `head.missing` and `head.regressed`. */
  async read(context: TargetReach, bucket: number): Promise<Head> {
    const known = this.#known.get(bucket);
    return known ?? this.readStrictly(context, bucket);
  }

  async readStrictly(context: TargetReach, bucket: number): Promise<Head> {
    const key = headKey(context.scope.group, bucket);
    // As of now: by the time the answer is here, others of this process may have seen newer ones.
    const highest = this.#highest.get(bucket);
    const head = await readHead(context, key);
    if (highest !== undefined && compareVersions({ e: head.epoch, n: head.seq }, highest) < 0) {
      throw new LayerError(
        'head.regressed',
        `${key} went back to epoch ${head.epoch}, seq ${head.seq}`,
      );
    }
    if (this.#isOutdated(bucket, head)) return head;
    if (!this.#knows(bucket, head)) this.#forgetStored(bucket);
    this.#know(bucket, head);
    return head;
  }

  /** This process's own transaction made `head`, with these records. */
  wrote(bucket: number, head: Head, writes: readonly Write[]): void {
    if (this.#isOutdated(bucket, head)) return;
    this.#know(bucket, head);
    for (const { item } of writes) {
      const deleted = item.json === null;
      const { version, hash, parts } = item;
      const lies = parts === undefined ? {} : { parts: parts.length };
      this.#note(bucket, item.key, { version, deleted, hash, ...lies });
    }
  }

  /**
   * What was read strictly for a key after the head `under`. Dropped when the book knows another head by now: under that one
   * the record may be another, and a digest made from a wrong memory would stay wrong.
   */
  remember(bucket: number, under: Head, key: string, stored: Stored): void {
    if (this.#knows(bucket, under)) this.#note(bucket, key, stored);
  }

  #knows(bucket: number, head: Head): boolean {
    const known = this.#known.get(bucket);
    return known?.seq === head.seq && known.epoch === head.epoch;
  }

  #note(bucket: number, key: string, stored: Stored): void {
    const keys = this.#stored.get(bucket) ?? new Map<string, Stored>();
    const before = keys.size;
    keys.set(key, stored);
    this.#remembered += keys.size - before;
    // Put in again, so that the order of the map is the order of use.
    this.#stored.delete(bucket);
    this.#stored.set(bucket, keys);
    for (const oldest of this.#stored.keys()) {
      if (this.#remembered <= MOST_REMEMBERED || oldest === bucket) break;
      this.#forgetStored(oldest);
    }
  }

  /** What is stored for a key under this head. Undefined means: read it. */
  remembered(bucket: number, under: Head, key: string): Stored | undefined {
    return this.#knows(bucket, under) ? this.#stored.get(bucket)?.get(key) : undefined;
  }

  /** Whether all parts of a record were seen at this epoch of its head. */
  hasParts(hash: Hash, epoch: number): boolean {
    return this.#parts.get(hash) === epoch;
  }

  noteParts(hash: Hash, epoch: number): void {
    if (this.#parts.size >= MOST_IN_PARTS) this.#parts.clear();
    this.#parts.set(hash, epoch);
  }

  forget(bucket: number): void {
    this.#known.delete(bucket);
    this.#forgetStored(bucket);
  }

  #forgetStored(bucket: number): void {
    this.#remembered -= this.#stored.get(bucket)?.size ?? 0;
    this.#stored.delete(bucket);
  }

  /** Whether a newer register has been seen meanwhile: then nothing that goes with this one is worth knowing. */
  #isOutdated(bucket: number, head: Head): boolean {
    const highest = this.#highest.get(bucket);
    return highest !== undefined && compareVersions({ e: head.epoch, n: head.seq }, highest) < 0;
  }

  #know(bucket: number, head: Head): void {
    this.#known.set(bucket, head);
    this.#highest.set(bucket, { e: head.epoch, n: head.seq });
  }

  /** Runs `work` when all earlier work on the bucket has ended. */
  async inTurn<T>(bucket: number, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(bucket) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(
      bucket,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

async function readHead(context: TargetReach, key: string): Promise<Head> {
  const found = await insist(context, 'read', 'push', 1, (carrier: ForgeCarrier) =>
    carrier.get({ key, entity: HEAD_ENTITY }),
  );
  if (found === undefined) throw new LayerError('head.missing', `${key} does not exist`);
  return parseHead(found.value, key);
}
