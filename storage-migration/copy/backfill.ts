import { NOTHING_STORED, type Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import { END, type Cursor } from '../bucket/position.ts';
import { isSetAside, prepare, type Outgoing, type SetAside } from '../record/outgoing.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { commit, overheadOf, parcelOf } from './commit.ts';
import { checkFence } from './fence.ts';
import { refused, unauthorized, unreachable } from './insist.ts';
import { packNext } from './packer.ts';
import { backOff, UNIT_BYTES, type SendContext } from './send-context.ts';
import type { Ledger, SliceReader } from './source.ts';

/** Rows read at once: several transactions' worth. */
const SLICE = 150;
const ATTEMPTS = 12;

export interface BackfillOptions {
  readonly context: SendContext;
  readonly group: GroupDefinition;
  readonly source: SliceReader;
  readonly ledger: Ledger;
  /** Asked before each transaction; true ends the work cleanly at a checkpoint. */
  readonly shouldStop?: () => boolean;
  readonly onProgress?: (records: number) => void;
}

/**
 * Copies what stands behind the bucket's cursor, in order. The cursor commits with the data, so a killed process repeats at
 * most one transaction. Inserts without reading first: nothing behind the cursor is ever stored (see `Cursor`).
 * Returns true when the bucket is done, false when it was asked to stop.
 */
export async function backfillBucket(options: BackfillOptions, bucket: number): Promise<boolean> {
  const { context, source, group, ledger } = options;
  for (let failures = 0; failures < ATTEMPTS;) {
    const head = await context.heads.read(context, bucket);
    if (head.bf.at === 'end') return true;
    const slice = await source.after(bucket, head.bf, SLICE);
    checkFence(context.scope, head, slice.epoch);
    const prepared = slice.rows.map((row) => prepare(group, context.scope.tenantKey, row));
    await nameSetAside(ledger, prepared.filter(isSetAside));
    const sent = await sendSlice(options, bucket, head, prepared, slice.last);
    if (sent === 'stopped') return false;
    if (sent === 'repeat') {
      failures += 1;
      await backOff(context, failures);
    } else {
      failures = 0;
    }
  }
  throw unreachable(new Error(`bucket ${bucket} made no progress in ${ATTEMPTS} attempts`));
}

/** Sends one slice in as few units as possible. `repeat` means: read the head again, nothing is known. */
async function sendSlice(
  options: BackfillOptions,
  bucket: number,
  first: Head,
  prepared: readonly (Outgoing | SetAside)[],
  last: boolean,
): Promise<'sent' | 'stopped' | 'repeat'> {
  let head = first;
  let queue: readonly (Outgoing | SetAside)[] = prepared;
  do {
    if (options.shouldStop?.() === true) return 'stopped';
    const count = nextCount(options.context, bucket, head, queue);
    // What is left of a slice would go out half empty and still cost a whole unit: it is read again with what follows it.
    if (count === queue.length && !last && head !== first) return 'sent';
    const part = queue.slice(0, count);
    queue = queue.slice(count);
    const cursor = queue.length === 0 && last ? END : cursorAfter(part, head.bf);
    const sent = await sendPart(options, bucket, head, part.filter(isOutgoing), cursor);
    if (sent === undefined) return 'repeat';
    head = sent;
  } while (queue.length > 0);
  return 'sent';
}

async function sendPart(
  options: BackfillOptions,
  bucket: number,
  head: Head,
  items: readonly Outgoing[],
  cursor: Cursor,
): Promise<Head | undefined> {
  const { context, ledger } = options;
  const writes: Write[] = items.map((item) => ({ item, replaces: NOTHING_STORED }));
  const outcome = await context.heads.inTurn(bucket, () =>
    commit(context, bucket, head, writes, cursor, 'backfill'),
  );
  switch (outcome.kind) {
    case 'committed':
      await ledger.acknowledge(bucket, items, { epoch: head.epoch, seq: outcome.head.seq, cursor });
      options.onProgress?.(items.length);
      return outcome.head;
    case 'unauthorized':
      throw unauthorized(outcome.status);
    case 'refused':
      return refuse(options, bucket, head, items, cursor, outcome);
    case 'conflict':
    case 'throttled':
    case 'unknown':
      return undefined;
  }
}

/** Forge refused a transaction for good: find the record that it can't hold, name it, and pass it by. */
async function refuse(
  options: BackfillOptions,
  bucket: number,
  head: Head,
  items: readonly Outgoing[],
  cursor: Cursor,
  reply: { status: number; code: string; message: string },
): Promise<Head | undefined> {
  const [only, ...others] = items;
  if (only === undefined || !isAboutTheRecord(reply)) throw refused(reply);
  if (others.length > 0) {
    // The first half alone; the caller goes on from the new head with what is left.
    const half = items.slice(0, Math.ceil(items.length / 2));
    const last = half.at(-1) ?? only;
    const sent = await sendPart(options, bucket, head, half, positionOf(last));
    return sent && sendPart(options, bucket, sent, items.slice(half.length), cursor);
  }
  await options.ledger.setAside([
    {
      key: only.key,
      version: only.version,
      code: 'refused_by_forge',
      reason: `Forge answered ${reply.code}: ${reply.message}`,
    },
  ]);
  return sendPart(options, bucket, head, [], cursor);
}

/** A refusal that blames the record, not the app, the token or the schema. */
export function isAboutTheRecord(reply: { status: number; code: string }): boolean {
  return /^(MAX_SIZE|MAX_DEPTH|INVALID_KEY|KEY_TOO_LONG|KEY_TOO_SHORT|INVALID_ENTITY_VALUE|INCORRECT_PROPERTY_TYPE|INVALID_ENTITY_ATTRIBUTE)$/.test(
    reply.code,
  );
}

function nextCount(
  context: SendContext,
  bucket: number,
  head: Head,
  queue: readonly (Outgoing | SetAside)[],
): number {
  const sendable = queue.filter(isOutgoing);
  const last = queue.at(-1);
  const overhead = overheadOf(
    context.scope,
    bucket,
    head,
    last === undefined ? END : positionOf(last),
  );
  const parcels = sendable.map((item) => parcelOf(context.scope, item, false));
  const count = packNext(parcels, { overhead, unitBytes: UNIT_BYTES });
  const next = sendable[count];
  // Records that were set aside ride along with the ones before them.
  return next === undefined ? queue.length : queue.indexOf(next);
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
