import { xorDigest } from '../../../storage-migration/bucket/digest.ts';
import {
  formatHead,
  HEAD_ENTITY,
  headKey,
  parseHead,
  type Head,
} from '../../../storage-migration/bucket/head.ts';
import { symbolOf } from '../../../storage-migration/bucket/sketch.ts';
import { bucketOf, slotOf } from '../../../storage-migration/bucket/slot.ts';
import {
  faceOfRecord,
  placesOf,
  valueOfTombstone,
} from '../../../storage-migration/copy/read-value.ts';
import { isSetAside, prepareValue } from '../../../storage-migration/record/outgoing.ts';
import type { Json, Version } from '../../../storage-migration/terms.ts';
import type { Rig } from './rig.ts';

/** What Forge is made to hold in a record's place. `value` undefined: a tombstone; nothing at all: neither. */
export type Planted = { readonly version: Version; readonly value: Json | undefined } | undefined;

export interface StoredRecord {
  readonly version: Version;
  readonly value: Json;
}

/** A record as Forge holds it. */
export function storedRecord(rig: Rig, key: string): StoredRecord {
  const { scope } = rig.send;
  const { record } = placesOf(scope, rig.verify.group, key);
  const item = itemsOf(rig).find((one) => one.key === record.key);
  const face = faceOfRecord(scope, rig.verify.group, key, item?.value);
  if (!('value' in face) || face.value === undefined) throw new Error(`${key} has no value`);
  return { version: face.version, value: face.value };
}

/**
 * Makes Forge hold other records than were sent, each with its head's digest, count and sketch going along: what a mistake of
 * the layer itself, or a send that Postgres never heard of, would leave. Only settled when `rig.send.timing` has passed the lag.
 */
export async function plant(rig: Rig, records: ReadonlyMap<string, Planted>): Promise<void> {
  const { scope } = rig.send;
  const { group } = rig.verify;
  const heads = new Map<number, Head>();
  const stands = new Map(itemsOf(rig).map(({ key, value }) => [key, value]));
  for (const [key, planted] of records) {
    const { record, tombstone } = placesOf(scope, group, key);
    const bucket = bucketOf(slotOf(key), scope.buckets);
    let head = heads.get(bucket) ?? headOf(rig, bucket);
    if (stands.has(record.key)) {
      head = toggled(head, key, faceOfRecord(scope, group, key, stands.get(record.key)).hash, -1);
      await call(rig, '/entity/delete', { key: record.key, entityName: record.entity });
    }
    if (stands.has(tombstone.key)) {
      const deleted = valueOfTombstone(scope, key, stands.get(tombstone.key));
      head = toggled(head, key, deleted.hash, 0);
      await call(rig, '/delete', { key: tombstone.key });
    }
    if (planted !== undefined) {
      const item = prepareValue(group, scope.tenantKey, { key, slot: slotOf(key), ...planted });
      if (isSetAside(item)) throw new Error(`${key} does not fit`);
      if (item.json === null) {
        await call(rig, '/set', { key: tombstone.key, value: planted.version });
        head = toggled(head, key, item.hash, 0);
      } else {
        const value = JSON.parse(item.json) as unknown;
        await call(rig, '/entity/set', { key: item.forgeKey, entityName: item.entity, value });
        head = toggled(head, key, item.hash, 1);
      }
    }
    heads.set(bucket, head);
  }
  for (const [bucket, head] of heads) await writeHead(rig, bucket, { ...head, seq: head.seq + 1 });
}

export function headOf(rig: Rig, bucket: number): Head {
  const key = headKey(rig.send.scope.group, bucket);
  const item = itemsOf(rig).find((one) => one.key === key);
  return parseHead(item?.value, key);
}

/** Writes a head as nobody ever should. */
export async function writeHead(rig: Rig, bucket: number, head: Head): Promise<void> {
  const key = headKey(rig.send.scope.group, bucket);
  await call(rig, '/entity/set', { key, entityName: HEAD_ENTITY, value: formatHead(head) });
}

function toggled(head: Head, key: string, hash: string | undefined, by: 1 | 0 | -1): Head {
  if (hash === undefined) return head;
  const sk = head.sk.toggled([symbolOf(key, hash)]);
  return { ...head, sk, dg: xorDigest(head.dg, hash), cnt: head.cnt + by };
}

async function call(rig: Rig, operation: string, body: unknown): Promise<void> {
  const answer = await rig.store.handle(rig.installationId, operation, JSON.stringify(body));
  if (answer.status >= 300) throw new Error(`${operation}: ${JSON.stringify(answer.body)}`);
}

function itemsOf(rig: Rig) {
  return [...rig.store.inspect(rig.installationId)];
}
