import { NOTHING_STORED, type Stored } from '../apply/apply-rule.ts';
import { getItems } from '../copy/get-items.ts';
import { faceOfRecord, placesOf, valueOfTombstone } from '../copy/read-value.ts';
import type { VerifyContext } from './verify-context.ts';

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
  const places = keys.map((key) => ({ key, item: placesOf(send.scope, group, key)[place] }));
  const keyOf = new Map(places.map(({ key, item }) => [item.key, key]));
  const items = places.map(({ item }) => item);
  for (const found of await getItems(send, items, 'scrub')) {
    const key = keyOf.get(found.key);
    if (key !== undefined) onFound(key, found.value);
  }
}
