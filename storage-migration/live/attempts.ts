import type { Head } from '../bucket/head.ts';
import { insist, unreachable } from '../copy/insist.ts';
import type { SendContext } from '../copy/send-context.ts';
import { logKey, parseLogEntry } from '../forge/log-entry.ts';
import type { BucketChange } from './change-transaction.ts';
import { readLiveHead } from './read-live-head.ts';
import { isMarked } from './sealed.ts';

interface Place {
  readonly bucket: number;
  readonly seq: number;
  /** Forge said that it did not carry the attempt out. */
  isRefuted: boolean;
}

/**
 * The attempts at one change of which nothing is known, so that it is not made twice. An attempt can have been applied only
 * as the very next change of each bucket it named, so for each there is one place to look at: a head that has gone on without
 * it will never take it.
 */
export class Attempts {
  readonly #context: SendContext;
  readonly #mutation: string;
  /** Every bucket of each attempt: heads are read one by one, and it may be applied between two of these reads. */
  readonly #places: Place[] = [];
  readonly #buckets = new Set<number>();
  /** Those of the last attempt. */
  #last: readonly Place[] = [];

  constructor(context: SendContext, mutation: string) {
    this.#context = context;
    this.#mutation = mutation;
  }

  /** Before it is sent. */
  note(changes: readonly BucketChange[]): void {
    this.#last = changes.map(({ bucket, head }) => ({ bucket, seq: head.seq, isRefuted: false }));
    this.#places.push(...this.#last);
    for (const { bucket } of changes) this.#buckets.add(bucket);
  }

  /**
   * The last attempt met a condition that did not hold. It is looked for all the same, for its request may have been repeated on
   * its way; but where the log is gone this word is believed.
   */
  refute(): void {
    for (const place of this.#last) place.isRefuted = true;
  }

  /**
   * Whether an earlier attempt was applied. Looked for behind the heads of **this** round: an attempt that is applied after
   * they were read moves one of them, so this round's own commit fails (decision 0009).
   */
  async isMade(heads: ReadonlyMap<number, Head>): Promise<boolean> {
    for (const place of this.#places) {
      const head = heads.get(place.bucket);
      if (head === undefined || head.seq <= place.seq) continue;
      if (await this.#isMadeAt(place, head)) return true;
    }
    return false;
  }

  /**
   * Whether an attempt may have been applied since these heads were read. A round that writes finds out by its commit; one
   * that ends without writing has to look: what it saw may be its own change.
   */
  async haveMoved(heads: ReadonlyMap<number, Head>): Promise<boolean> {
    for (const bucket of this.#buckets) {
      const { seq } = await readLiveHead(this.#context, bucket);
      if (seq !== heads.get(bucket)?.seq) return true;
    }
    return false;
  }

  async #isMadeAt({ bucket, seq: before, isRefuted }: Place, head: Head): Promise<boolean> {
    const seq = before + 1;
    if (head.auth === 'S' && seq > head.f0) {
      return isMarked(this.#context, bucket, this.#mutation, seq, head);
    }
    const item = { key: logKey(this.#context.scope.group, bucket, seq), entity: undefined };
    const found = await insist(this.#context, 'read', 'live', 1, (carrier) => carrier.get(item));
    if (found !== undefined) {
      return parseLogEntry(found.value, item.key).mutation === this.#mutation;
    }
    // Swept after the seal: whether it was this change is not to be known any more.
    if (head.auth === 'S' && !isRefuted)
      throw unreachable(new Error(`${item.key} was swept meanwhile`));
    // Of before a flip: sends have no entries.
    return false;
  }
}
