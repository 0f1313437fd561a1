import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import { insist } from '../copy/insist.ts';
import { unitsOf } from '../copy/packer.ts';
import { inspectSettled } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { UNIT_BYTES } from '../copy/send-context.ts';
import { splitKey } from '../record/define-record.ts';
import { decodeKey } from '../record/key-codec.ts';
import { placesOfRecords } from '../verify/find-extras.ts';
import type { ForgeBackup } from './forge-backup.ts';
import type { Manifest } from './manifest.ts';

/** Scans before a bucket that shows another number of records than its head is called differing. */
const SCANS = 4;
/** Milliseconds for a lagging query to catch up. */
const PAUSE_MS = 2_000;

/**
 * Reads a tenant that Forge holds alone. Nobody else knows its keys, so queries propose them; they lag, so each record is
 * read strictly, and the number in each head says whether all were found. Without a log nothing tells what changed
 * meanwhile: when a head has moved, the backup holds each record as it stood at some moment, and perhaps one that was deleted
 * while it was read.
 */
export async function readSealed(
  backup: ForgeBackup,
  heads: ReadonlyMap<number, Head>,
): Promise<Manifest['consistency']> {
  let hasMoved = false;
  let pending = new Set(heads.keys());
  for (let scan = 1; pending.size > 0; scan += 1) {
    if (scan > 1) await backup.send.timing.sleep(PAUSE_MS);
    const found = await readOnce(backup, pending);
    const again = new Set<number>();
    for (const bucket of pending) {
      const now = await backup.headOf(bucket);
      const isStill = now.seq === heads.get(bucket)?.seq;
      hasMoved ||= !isStill;
      const isSound = !isStill || now.cnt === (found.get(bucket) ?? 0);
      if (isSound || scan === SCANS) await backup.noteBucket(bucket, now, isSound);
      else again.add(bucket);
    }
    pending = again;
  }
  return hasMoved ? 'record' : 'tenant';
}

/** Reads every record of these buckets that the queries show. Returns how many each had. */
async function readOnce(
  backup: ForgeBackup,
  buckets: ReadonlySet<number>,
): Promise<ReadonlyMap<number, number>> {
  const { send, group } = backup;
  const found = new Map<number, number>();
  for await (const keys of keysInForge(backup)) {
    const wanted = keys.filter((key) => buckets.has(bucketOf(slotOf(key), send.scope.buckets)));
    const read = new Map<string, StoredValue>();
    await inLanes(wanted, LANES, async (key) => {
      const { broken, ...stored } = await inspectSettled(send, group, key, 'scrub');
      if (broken === undefined) read.set(key, stored);
      else backup.noteBroken(key);
    });
    for (const key of wanted) {
      const stored = read.get(key);
      if (stored === undefined || stored.deleted) continue;
      const bucket = bucketOf(slotOf(key), send.scope.buckets);
      found.set(bucket, (found.get(bucket) ?? 0) + 1);
      await backup.write(key, stored);
    }
  }
  return found;
}

/** Keys of the group's records, a page at a time. */
async function* keysInForge({ send, group }: ForgeBackup): AsyncGenerator<readonly string[]> {
  for (const { entity, options } of placesOfRecords({ group })) {
    let cursor: string | undefined;
    do {
      const page = await insist(send, 'read', 'scrub', 1, (carrier) =>
        carrier.scan(entity, cursor, options),
      );
      const units = unitsOf(Buffer.byteLength(JSON.stringify(page.items)), UNIT_BYTES) - 1;
      if (units > 0) await send.units.take({ kind: 'read', units, priority: 'scrub' });
      yield page.items.flatMap((item) => {
        const key = decodeKey(item.key);
        const target =
          key === undefined ? undefined : group.records.get(splitKey(key).type)?.target;
        if (key === undefined || target === undefined) return [];
        return (target.kind === 'entity' ? target.entity : undefined) === entity ? [key] : [];
      });
      if (page.cursor === cursor) break;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}
