import { HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import { LayerError } from '../errors.ts';
import type { ForgeCarrier } from '../forge/carrier.ts';
import { compareVersions } from '../terms.ts';
import { insist } from './insist.ts';
import type { SendContext } from './send-context.ts';

/**
 * The heads as this process last knew them. A known head is only a guess that saves a read: every write compares and sets
 * `seq`, so a wrong guess fails and is forgotten. Work on one bucket is done in turn, so that push and backfill of one
 * process do not race each other.
 */
export class HeadBook {
  readonly #known = new Map<number, Head>();
  readonly #turns = new Map<number, Promise<unknown>>();
  /** Highest register seen per bucket, to notice a restored or cloned one. */
  readonly #highest = new Map<number, { e: number; n: number }>();

  /** What earlier processes saw, from `mig_racked`. */
  remember(bucket: number, epoch: number, seq: number): void {
    this.#highest.set(bucket, { e: epoch, n: seq });
  }

  /** The head, read strictly unless this process wrote it last. Throws `head.missing` and `head.regressed`. */
  async read(context: SendContext, bucket: number): Promise<Head> {
    const known = this.#known.get(bucket);
    return known ?? this.readStrictly(context, bucket);
  }

  async readStrictly(context: SendContext, bucket: number): Promise<Head> {
    const key = headKey(context.scope.group, bucket);
    const head = await readHead(context, key);
    const seen = { e: head.epoch, n: head.seq };
    const highest = this.#highest.get(bucket);
    if (highest !== undefined && compareVersions(seen, highest) < 0) {
      throw new LayerError('head.regressed', `${key} went back to epoch ${seen.e}, seq ${seen.n}`);
    }
    this.know(bucket, head);
    return head;
  }

  know(bucket: number, head: Head): void {
    this.#known.set(bucket, head);
    this.#highest.set(bucket, { e: head.epoch, n: head.seq });
  }

  forget(bucket: number): void {
    this.#known.delete(bucket);
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

async function readHead(context: SendContext, key: string): Promise<Head> {
  const found = await insist(context, 'read', 'push', 1, (carrier: ForgeCarrier) =>
    carrier.get({ key, entity: HEAD_ENTITY }),
  );
  if (found === undefined) throw new LayerError('head.missing', `${key} does not exist`);
  return parseHead(found.value, key);
}
