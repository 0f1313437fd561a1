/** One scenario of `bench:copy` in a process of its own, so that CPU and memory are its own. Prints one JSON line. */
import { backfillBuckets, type Ledger } from 'crossgrade/copy';
import { chooseBuckets } from '../storage-migration/bucket/slot.ts';
import { setOperationJson } from '../storage-migration/forge/wire.ts';
import { isSetAside, prepare } from '../storage-migration/record/outgoing.ts';
import { copyRig, type CopyRig } from './copy-rig.ts';
import { BENCH_GROUP, madeSource } from './copy-source.ts';

const [writer = 'ours', recordsText = '100000', bytesText = '1024', ...more] =
  process.argv.slice(2);
const [quotasText = 'quotas', shareText = '0.95'] = more;
const records = Number(recordsText);
const bytes = Number(bytesText);
const buckets = chooseBuckets(records);
const source = madeSource(records, buckets, bytes);
const rig = await copyRig({ buckets, quotas: quotasText === 'quotas', share: Number(shareText) });
const begun = rig.elapsedMs();
const before = rig.store.usage(rig.installationId).writeUnits;
const cpuBefore = process.cpuUsage();

const outcome = await rig.drive(
  writer === 'ours' ? ours(rig) : peer(rig, writer === 'batch of 25' ? 25 : 1),
);

const cpu = process.cpuUsage(cpuBefore);
const units = rig.store.usage(rig.installationId).writeUnits - before;
const result = {
  writer,
  bytes,
  buckets,
  records: outcome.records,
  units,
  idealUnits: Math.ceil(outcome.recordBytes / 10_000),
  recordBytes: outcome.recordBytes,
  virtualMinutes: (rig.elapsedMs() - begun) / 60_000,
  throttled: rig.store.usage(rig.installationId).throttled,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakMemoryMb: process.resourceUsage().maxRSS / 1024,
};
const stored = countStored(rig);
if (stored !== outcome.records) throw new Error(`${stored} of ${outcome.records} are stored`);
rig.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Records that are there. A record that was acknowledged and is not stored would be lost. */
function countStored({ store, installationId }: CopyRig): number {
  let stored = 0;
  for (const { entityName } of store.inspect(installationId)) {
    if (entityName === 'tally-list') stored += 1;
  }
  return stored;
}

interface Outcome {
  readonly records: number;
  /** Bytes of the records' own operations on the wire: what an ideal packing would pay for. */
  readonly recordBytes: number;
}

/** The layer itself: `backfillBuckets`, four buckets at once. */
async function ours({ send }: CopyRig): Promise<Outcome> {
  let count = 0;
  const ledger: Ledger = {
    acknowledge: (_bucket, items) => {
      count += items.length;
      return Promise.resolve(items.length);
    },
    setAside: () => Promise.reject(new Error('nothing should be set aside')),
  };
  const queue = Array.from({ length: buckets }, (_, bucket) => bucket);
  const options = { context: send, group: BENCH_GROUP, source, ledger };
  await Promise.all([0, 1, 2, 3].map(() => backfillBuckets(options, () => queue.shift())));
  return { records: count, recordBytes: send.account.recordBytes };
}

/** A writer as one would write it first: `set` per record, or `batchSet` of 25, waiting out every 429. */
async function peer(target: CopyRig, size: number): Promise<Outcome> {
  let count = 0;
  let recordBytes = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    let cursor: Parameters<typeof source.after>[1] = { at: 'start' };
    for (let last = false; !last;) {
      const slice = await source.after(bucket, cursor, size);
      const items = slice.rows.map((row) => prepare(BENCH_GROUP, target.send.scope.tenantKey, row));
      const operations = items.flatMap((item) => {
        if (isSetAside(item) || item.json === null) return [];
        const { forgeKey: key, entity, json } = item;
        recordBytes += Buffer.byteLength(setOperationJson({ key, entity, json })) + 1;
        return [{ key, entityName: entity, value: JSON.parse(json) as unknown }];
      });
      const [only] = operations;
      if (size === 1 && only !== undefined) await target.call('/entity/set', only);
      else if (operations.length > 0) await target.call('/batch/set', operations);
      count += operations.length;
      const end = slice.rows.at(-1);
      last = slice.last || end === undefined;
      if (end !== undefined) cursor = { at: 'key', slot: end.slot, key: end.key };
    }
  }
  return { records: count, recordBytes };
}
