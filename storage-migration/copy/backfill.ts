import type { Head } from '../bucket/head.ts';
import { END, type Cursor } from '../bucket/position.ts';
import { isSetAside, prepare, type Outgoing, type SetAside } from '../record/outgoing.ts';
import type { BackfillOptions } from './backfill-options.ts';
import { overheadOf, parcelOf } from './commit.ts';
import { checkFence } from './fence.ts';
import { unreachable } from './insist.ts';
import { packNext, unitsOf } from './packer.ts';
import { onNothing, sendBatches, type Batch } from './send-batches.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';
import { backOff } from './reach.ts';
import type { Ledger } from './source.ts';

/** Rows read at once: several transactions' worth. */
const SLICE = 150;
const ATTEMPTS = 12;
/** The end of a bucket that fills less than this of its units waits for the next bucket's first transaction. */
const WORTH_HOLDING = 0.8;

/** What one bucket's turn came to. */
interface Turn {
  /** False when it was asked to stop. */
  readonly done: boolean;
  /** The bucket's last records, not sent yet. */
  readonly held?: Batch;
  /** Whether the batch held by the bucket before went along. */
  readonly carried: boolean;
}

/**
 * Copies the buckets that `next` hands out, each from its cursor on, in order. The cursor commits with the data, so a killed
 * process repeats at most one transaction. Inserts without reading first: nothing beyond the cursor is ever stored (see
 * `Cursor`). A bucket's end that would leave most of a unit empty travels with the next bucket's beginning. Returns true
 * when every bucket is done, false when it was asked to stop.
 */
export async function backfillBuckets(
  options: BackfillOptions,
  next: () => number | undefined,
): Promise<boolean> {
  const again: number[] = [];
  let held: Batch | undefined;
  let done = true;
  for (let bucket = next(); bucket !== undefined && done; bucket = next()) {
    const turn = await backfillOne(options, bucket, held, true);
    if (held !== undefined && !turn.carried) again.push(held.bucket);
    ({ held, done } = { held: turn.held, done: turn.done });
  }
  // What found nobody to travel with is read again and sent alone.
  if (held !== undefined) again.push(held.bucket);
  for (const bucket of again) {
    done &&= (await backfillOne(options, bucket, undefined, false)).done;
  }
  return done;
}

/** One bucket alone. Returns true when it is done, false when it was asked to stop. */
export function backfillBucket(options: BackfillOptions, bucket: number): Promise<boolean> {
  const queue = [bucket];
  return backfillBuckets(options, () => queue.shift());
}

async function backfillOne(
  options: BackfillOptions,
  bucket: number,
  guest: Batch | undefined,
  mayHold: boolean,
): Promise<Turn> {
  const { context, source, group, ledger } = options;
  let waiting = guest;
  let carried = false;
  for (let failures = 0; failures < ATTEMPTS;) {
    const head = await context.heads.read(context, bucket);
    if (head.bf.at === 'end') return { done: true, carried };
    const slice = await source.after(bucket, head.bf, SLICE);
    checkFence(context.scope, head, slice.epoch);
    const prepared = slice.rows.map((row) => prepare(group, context.scope.tenantKey, row));
    await nameSetAside(ledger, prepared.filter(isSetAside));
    const sent = await sendSlice(options, {
      bucket,
      head,
      prepared,
      last: slice.last,
      guest: waiting,
      mayHold,
    });
    carried ||= sent.carried;
    // Whatever became of it, the batch of the bucket before is not offered twice.
    waiting = undefined;
    if (sent.kind === 'held') return { done: true, held: sent.batch, carried };
    if (sent.kind === 'stopped') return { done: false, carried };
    failures = sent.kind === 'repeat' ? failures + 1 : 0;
    if (failures > 0) await backOff(context, failures);
  }
  throw unreachable(new Error(`bucket ${bucket} made no progress in ${ATTEMPTS} attempts`));
}

interface SliceToSend {
  readonly bucket: number;
  readonly head: Head;
  readonly prepared: readonly (Outgoing | SetAside)[];
  /** Whether the bucket ends with this slice. */
  readonly last: boolean;
  readonly guest: Batch | undefined;
  readonly mayHold: boolean;
}

type SliceSent = { readonly carried: boolean } & (
  | { readonly kind: 'sent' | 'stopped' }
  /** Nothing is known: read the head again. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'held'; readonly batch: Batch }
);

/** Sends one slice in as few units as possible. */
async function sendSlice(options: BackfillOptions, slice: SliceToSend): Promise<SliceSent> {
  const { bucket, last, mayHold } = slice;
  let { head, guest } = slice;
  let queue = slice.prepared;
  let carried = false;
  do {
    if (options.shouldStop?.() === true) return { kind: 'stopped', carried };
    const count = nextCount(options.context, bucket, head, queue, guest);
    // What is left of a slice would go out half empty and still cost a whole unit: it is read again with what follows it.
    if (count === queue.length && !last && head !== slice.head) return { kind: 'sent', carried };
    const part = queue.slice(0, count);
    queue = queue.slice(count);
    const isEnd = queue.length === 0 && last;
    const cursor = isEnd ? END : cursorAfter(part, head.bf);
    const batch: Batch = { bucket, head, items: part.filter(isOutgoing), cursor };
    if (isEnd && mayHold && guest === undefined && isMostlyEmpty(options.context, batch)) {
      return { kind: 'held', batch, carried };
    }
    const heads = await sendBatches(options, guest === undefined ? [batch] : [guest, batch]);
    const own = heads?.at(-1);
    if (own === undefined) return { kind: 'repeat', carried };
    carried ||= guest !== undefined;
    guest = undefined;
    head = own;
  } while (queue.length > 0);
  return { kind: 'sent', carried };
}

/** How many of the queue go next, beside what a guest takes of the transaction. */
function nextCount(
  context: SendContext,
  bucket: number,
  head: Head,
  queue: readonly (Outgoing | SetAside)[],
  guest: Batch | undefined,
): number {
  const sendable = queue.filter(isOutgoing);
  const last = queue.at(-1);
  const own = overheadOf(context.scope, bucket, head, last === undefined ? END : positionOf(last));
  const overhead = own + (guest === undefined ? 0 : bytesOf(context, guest));
  const operations = guest === undefined ? 0 : guest.items.length + 1;
  const parcels = sendable.map((item) => parcelOf(context.scope, onNothing(item)));
  const count = packNext(parcels, { overhead, operations, unitBytes: UNIT_BYTES });
  const next = sendable[count];
  // Records that were set aside ride along with the ones before them.
  return next === undefined ? queue.length : queue.indexOf(next);
}

function isMostlyEmpty(context: SendContext, batch: Batch): boolean {
  const bytes = bytesOf(context, batch);
  return bytes < WORTH_HOLDING * unitsOf(bytes, UNIT_BYTES) * UNIT_BYTES && batch.items.length < 12;
}

/** Bytes of a batch as a transaction of its own. */
function bytesOf(context: SendContext, { bucket, head, items, cursor }: Batch): number {
  const records = items.reduce(
    (sum, item) => sum + parcelOf(context.scope, onNothing(item)).bytes,
    0,
  );
  return overheadOf(context.scope, bucket, head, cursor) + records;
}

async function nameSetAside(ledger: Ledger, items: readonly SetAside[]): Promise<void> {
  if (items.length === 0) return;
  await ledger.setAside(
    items.map(({ key, version, misfit }) => ({
      key,
      version,
      code: misfit.code,
      reason: misfit.reason,
    })),
  );
}

function cursorAfter(part: readonly (Outgoing | SetAside)[], otherwise: Cursor): Cursor {
  const last = part.at(-1);
  return last === undefined ? otherwise : positionOf(last);
}

function positionOf(item: { slot: number; key: string }): Cursor {
  return { at: 'key', slot: item.slot, key: item.key };
}

function isOutgoing(item: Outgoing | SetAside): item is Outgoing {
  return !isSetAside(item);
}
