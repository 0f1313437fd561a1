import { NOTHING_STORED, type Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import type { Cursor } from '../bucket/position.ts';
import type { Outgoing } from '../record/outgoing.ts';
import type { BackfillOptions } from './backfill-options.ts';
import { commit, type Part } from './commit.ts';
import { inAllTurns } from './in-all-turns.ts';
import { refused, unauthorized } from './insist.ts';
import { isAboutTheRecord } from './is-about-the-record.ts';
import { storePartsOnce } from './store-parts.ts';

/** Records of one bucket that are sent together, and where its cursor stands afterwards. */
export interface Batch {
  readonly bucket: number;
  readonly head: Head;
  readonly items: readonly Outgoing[];
  readonly cursor: Cursor;
}

/**
 * Sends batches of different buckets in one transaction. Returns the new heads in order, or undefined when nothing is known.
 * A record that Forge refuses is found, named and passed by.
 */
export async function sendBatches(
  options: BackfillOptions,
  batches: readonly Batch[],
): Promise<readonly Head[] | undefined> {
  const { context, ledger } = options;
  const parts: Part[] = batches.map(({ items, ...batch }) => ({
    ...batch,
    writes: items.map(onNothing),
  }));
  // Ahead of the turn, so that the bucket is not held while they are on their way.
  for (const { head, items } of batches) {
    const refusal = await storePartsOnce(context, items, head.epoch, 'backfill');
    if (refusal !== undefined) return narrow(options, batches, refusal);
  }
  const outcome = await inAllTurns(
    context,
    batches.map(({ bucket }) => bucket),
    () => commit(context, parts, 'backfill'),
  );
  switch (outcome.kind) {
    case 'committed':
      for (const [index, { bucket, items, cursor }] of batches.entries()) {
        const head = outcome.heads[index];
        if (head === undefined) continue;
        await ledger.acknowledge(bucket, items, { epoch: head.epoch, seq: head.seq, cursor });
        options.onProgress?.(items.length);
      }
      return outcome.heads;
    case 'unauthorized':
      throw unauthorized(outcome.status);
    case 'refused':
      return narrow(options, batches, outcome);
    case 'conflict':
    case 'throttled':
    case 'unknown':
      return undefined;
  }
}

/** A write where nothing is stored. */
export function onNothing(item: Outgoing): Write {
  return { item, replaces: NOTHING_STORED };
}

/** Forge refused a transaction for good: smaller ones, until the record that it can't hold stands alone and is set aside. */
async function narrow(
  options: BackfillOptions,
  batches: readonly Batch[],
  reply: { status: number; code: string; message: string },
): Promise<readonly Head[] | undefined> {
  if (!isAboutTheRecord(reply)) throw refused(reply);
  const heads: Head[] = [];
  for (const batch of batches) {
    const sent =
      batches.length > 1 ? await sendBatches(options, [batch]) : await halve(options, batch, reply);
    const head = sent?.at(-1);
    if (head === undefined) return undefined;
    heads.push(head);
  }
  return heads;
}

async function halve(
  options: BackfillOptions,
  batch: Batch,
  reply: { status: number; code: string; message: string },
): Promise<readonly Head[] | undefined> {
  const { items } = batch;
  const [only] = items;
  if (only === undefined) throw refused(reply);
  if (items.length > 1) {
    const half = items.slice(0, Math.ceil(items.length / 2));
    const last = half.at(-1) ?? only;
    const cursor: Cursor = { at: 'key', slot: last.slot, key: last.key };
    const head = (await sendBatches(options, [{ ...batch, items: half, cursor }]))?.at(-1);
    if (head === undefined) return undefined;
    return sendBatches(options, [{ ...batch, head, items: items.slice(half.length) }]);
  }
  const { key, version } = only;
  const reason = `Forge answered ${reply.code}: ${reply.message}`;
  await options.ledger.setAside([{ key, version, code: 'refused_by_forge', reason }]);
  return sendBatches(options, [{ ...batch, items: [] }]);
}
