import type { Head } from '../bucket/head.ts';
import type { StoredValue } from '../copy/read-value.ts';
import type { Timing } from '../copy/unit-account.ts';
import { Turns } from './turns.ts';

/** What one target's bucket held when its head was as it is here. */
interface Remembered {
  head: Head;
  /** From this head to `head` only this process has written the bucket. */
  readonly since: Head;
  readonly records: Map<string, StoredValue>;
  /** Written by this process since then, and not kept. */
  readonly unknown: Set<string>;
  bytes: number;
}

/** About what a bucket's head takes, and a record beside its key and its value. */
const HEAD_BYTES = 2_000;
const RECORD_BYTES = 200;
/** (Default: 32 MB for a process, whatever the number of its tenants) */
const MOST_BYTES = 32_000_000;

/**
 * Records as a process last saw or wrote them, with the head they were seen under. A guess, which saves the reads of whoever
 * changes a record again: the change compares the head, so it goes through exactly when nobody else has written the bucket
 * since, and then everything remembered under that head was right. Nothing else may be concluded from it: no answer to a
 * reader, no refusal, and not which store is the authority. The buckets longest not used go first.
 */
export class RecordMemory {
  readonly #buckets = new Map<string, Remembered>();
  readonly #turns = new Turns();
  readonly #reading = new Map<string, Promise<unknown>>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** The part of one target. Its name must change when the tenant changes hands or gets another incarnation. */
  of(target: string): TargetMemory {
    const at = (bucket: number): string => `${target}/${bucket}`;
    return {
      recall: (bucket) => this.#recall(at(bucket)),
      note: (bucket, head, records) => this.#learn(at(bucket), head, head, records),
      wrote: (bucket, before, after, records) => this.#learn(at(bucket), before, after, records),
      forget: (bucket) => this.#drop(at(bucket)),
      reading: (bucket, head) => this.#read(at(bucket), head),
      beingRead: (bucket) => this.#reading.get(at(bucket)),
      inTurn: (buckets, timing, work) => this.#turns.take(buckets.map(at), timing, work),
    };
  }

  #recall(at: string): { head: Head; records: ReadonlyMap<string, StoredValue> } | undefined {
    const found = this.#buckets.get(at);
    if (found === undefined) return undefined;
    this.#buckets.delete(at);
    this.#buckets.set(at, found);
    // The head of this moment: a record looked up later may be newer than it, and the change then fails on it.
    return { head: found.head, records: found.records };
  }

  async #read(at: string, reading: Promise<Head>): Promise<Head> {
    const told = reading.then((head) => this.#learn(at, head, head, []));
    // Whoever waits for it only wants to know when it is over.
    const over = told.catch(() => undefined);
    this.#reading.set(at, over);
    void over.then(() => {
      if (this.#reading.get(at) === over) this.#reading.delete(at);
    });
    await told;
    return reading;
  }

  /** What was known under `before` still holds under `after`, but for these records. */
  #learn(
    at: string,
    before: Head,
    after: Head,
    records: Iterable<readonly [string, StoredValue]>,
  ): void {
    const known = this.#buckets.get(at);
    if (known !== undefined && isNewer(known.head, after)) {
      // Read before changes that were all this process's own: what these have not written is as it was read.
      const isStillTrue = isSame(before, after) && !isNewer(known.since, after);
      if (isStillTrue)
        this.#keep(
          at,
          known,
          [...records].filter(([key]) => isNews(known, key)),
        );
      return;
    }
    const isKept = known !== undefined && isSame(known.head, before);
    // Only a head with Forge is worth it: under a seal a lost guess could not be told from a lost change.
    if (after.auth !== 'F') {
      this.#drop(at);
      return;
    }
    const bucket: Remembered = isKept
      ? known
      : {
          ...{ head: after, since: after, bytes: HEAD_BYTES },
          ...{ records: new Map(), unknown: new Set() },
        };
    bucket.head = after;
    this.#keep(at, bucket, records);
  }

  #keep(at: string, bucket: Remembered, records: Iterable<readonly [string, StoredValue]>): void {
    // Counted anew below, at the end of the line.
    this.#drop(at);
    for (const [key, stored] of records) {
      bucket.bytes -= bytesOf(key, bucket.records.get(key));
      bucket.records.delete(key);
      // What lies in parts is too large to be kept, and its parts must be read anyway.
      if (stored.parts !== undefined) {
        bucket.unknown.add(key);
        continue;
      }
      bucket.unknown.delete(key);
      bucket.records.set(key, stored);
      bucket.bytes += bytesOf(key, stored);
    }
    this.#buckets.set(at, bucket);
    this.#bytes += bucket.bytes;
    for (const oldest of this.#buckets.keys()) {
      if (this.#bytes <= this.#mostBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(at: string): void {
    this.#bytes -= this.#buckets.get(at)?.bytes ?? 0;
    this.#buckets.delete(at);
  }
}

/** What a process remembers of one target. */
export interface TargetMemory {
  /** What is known of a bucket, with the head that it is known under. Not to be changed. */
  recall(
    bucket: number,
  ): { readonly head: Head; readonly records: ReadonlyMap<string, StoredValue> } | undefined;
  /** These records were read strictly **after** this head. */
  note(bucket: number, head: Head, records: Iterable<readonly [string, StoredValue]>): void;
  /** This process's own change took the head from `before` to `after`, and wrote these records. */
  wrote(
    bucket: number,
    before: Head,
    after: Head,
    records: Iterable<readonly [string, StoredValue]>,
  ): void;
  /** A change did not go through, or nothing is known of it. */
  forget(bucket: number): void;
  /** Hands through a head that is being read strictly, and remembers it. */
  reading(bucket: number, head: Promise<Head>): Promise<Head>;
  /** Ends, never with an error, when the head that is being read just now is there; undefined when none is. */
  beingRead(bucket: number): Promise<unknown> | undefined;
  /** Runs `work` after this process's earlier work on these buckets, so that what is remembered by then still holds. */
  inTurn<T>(
    buckets: readonly number[],
    timing: Timing,
    work: (hasWaited: boolean) => Promise<T>,
  ): Promise<T>;
}

function bytesOf(key: string, stored: StoredValue | undefined): number {
  if (stored === undefined) return 0;
  const { value } = stored;
  return RECORD_BYTES + key.length + (value === undefined ? 0 : JSON.stringify(value).length);
}

function isNews({ records, unknown }: Remembered, key: string): boolean {
  return !records.has(key) && !unknown.has(key);
}

function isSame(a: Head, b: Head): boolean {
  return a.epoch === b.epoch && a.seq === b.seq;
}

function isNewer(a: Head, b: Head): boolean {
  return (a.epoch - b.epoch || a.seq - b.seq) > 0;
}
