import { NOTHING_STORED, type Stored } from '../apply/apply-rule.ts';
import { getBatch } from '../copy/get-batch.ts';
import { inLanes } from '../copy/in-lanes.ts';
import { faceOfRecord, placesOf, valueOfTombstone } from '../copy/read-value.ts';
import type { ItemKey } from '../forge/carrier.ts';
import type { VerifyContext } from './verify-context.ts';

/** Items of one batch read. */
const BATCH = 25;
/** Batches read at once. */
const LANES = 4;

/**
 * What Forge holds for these keys, as batch reads show it: a record, otherwise its tombstone, otherwise nothing. It may be
 * behind, and nobody has looked whether a value in parts is whole, so it proves nothing by itself.
 */
export async function glanceAtRecords(
  context: VerifyContext,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  const { group, send } = context;
  const stored = new Map<string, Stored>();
  await readAll(context, keys, 'record', (key, value) => {
    const { version, deleted, hash } = faceOfRecord(send.scope, group, key, value);
    stored.set(key, { version, deleted, hash });
  });
  const others = keys.filter((key) => stored.get(key)?.hash === undefined);
  await readAll(context, others, 'tombstone', (key, value) => {
    const { version, deleted, hash } = valueOfTombstone(send.scope, key, value);
    stored.set(key, { version, deleted, hash });
  });
  for (const key of keys) if (!stored.has(key)) stored.set(key, NOTHING_STORED);
  return stored;
}

async function readAll(
  { group, send }: VerifyContext,
  keys: readonly string[],
  place: 'record' | 'tombstone',
  onFound: (key: string, value: unknown) => void,
): Promise<void> {
  const batches: (readonly string[])[] = [];
  for (let at = 0; at < keys.length; at += BATCH) batches.push(keys.slice(at, at + BATCH));
  await inLanes(batches, LANES, async (batch) => {
    const items: ItemKey[] = [];
    const keyOf = new Map<string, string>();
    for (const key of batch) {
      const item = placesOf(send.scope, group, key)[place];
      items.push(item);
      keyOf.set(item.key, key);
    }
    for (const found of await getBatch(send, items, 'scrub')) {
      const key = keyOf.get(found.key);
      if (key !== undefined) onFound(key, found.value);
    }
  });
}
