/**
 * The part of `bench:copy` with people at work: a backfill under its default cap, and beside it writes to the same
 * installation that use 30 % of the write quota. They come through the layer, or past it as an app's own calls do, or beside
 * a writer of batches that knows nothing of a quota. Calls take as long as on the real platform, time is virtual. Arguments:
 * the scenario, virtual minutes. Prints one JSON line.
 */
import { backfillBuckets, type Ledger } from 'crossgrade/copy';
import { ForgeRecords } from 'crossgrade/live';
import { END } from '../storage-migration/bucket/position.ts';
import { formatHead, HEAD_ENTITY, headKey, newHead } from '../storage-migration/bucket/head.ts';
import { copyRig, type CopyRig } from './copy-rig.ts';
import { BENCH_GROUP, madeSource } from './copy-source.ts';

/**
 * 30 % of what a minute allows: a change through the layer reads two items, its head and its record, so ten a second use
 * 1,200 of 4,000 read units; a bare write is one write unit.
 */
const PER_SECOND = { layer: 10, past: 20, naive: 20 } as const;
const RECORDS = 200;
const LIVE_BUCKETS = 64;
const BUCKETS = 64;
const BYTES = 4_096;
/** The cap of the backfill: its default. */
const SHARE = 0.7;

const [name = 'layer', minutesText = '5'] = process.argv.slice(2);
const scenario = name as keyof typeof PER_SECOND;
const minutes = Number(minutesText);
// More than can be copied in that time: the backfill is under way until the end.
const source = madeSource(40_000 * minutes, BUCKETS, BYTES);
const rig = await copyRig({ buckets: BUCKETS, quotas: true, share: SHARE, isSlow: true });
const people = await rig.drive(makePeople(rig));
// Begins with a minute of the quota.
await rig.drive(rig.sleep(60_000 - (rig.elapsedMs() % 60_000)));

const begun = rig.elapsedMs();
const isOver = (): boolean => rig.elapsedMs() - begun >= minutes * 60_000;
const took: number[] = [];
let refused = 0;
let copied = 0;
const before = rig.store.usage(rig.installationId);
await rig.drive(Promise.all([scenario === 'naive' ? batches(rig) : backfill(rig), live(rig)]));
const usage = rig.store.usage(rig.installationId);
const lived = (rig.elapsedMs() - begun) / 60_000;
const sorted = took.sort((a, b) => a - b);
process.stdout.write(
  `${JSON.stringify({
    ...{ scenario, minutes: lived, writes: took.length, refused, copied },
    lost: took.length - writesStored(rig),
    throttled: usage.throttled - before.throttled,
    unitsPerMinute: (usage.writeUnits - before.writeUnits) / lived,
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
  })}\n`,
);
rig.close();

async function backfill({ send }: CopyRig): Promise<void> {
  const ledger: Ledger = {
    acknowledge: (_bucket, items) => {
      copied += items.length;
      return Promise.resolve(items.length);
    },
    setAside: () => Promise.reject(new Error('nothing should be set aside')),
  };
  const queue = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  const options = { context: send, group: BENCH_GROUP, source, ledger, shouldStop: isOver };
  // As many lanes as a worker has.
  await Promise.all(Array.from({ length: 6 }, () => backfillBuckets(options, () => queue.shift())));
}

/** A writer of batches that waits when it is told to. */
async function batches(target: CopyRig): Promise<void> {
  const value = { issue: '10001', rank: 'a0', doc: 'x'.repeat(BYTES), mve: 1, mvn: 1 };
  const lane = async (name: number): Promise<void> => {
    for (let n = 0; !isOver(); n += 1) {
      const body = Array.from({ length: 25 }, (_, i) => ({
        ...{ key: `naive:${name}:${n}:${i}`, entityName: 'tally-list', value },
      }));
      await target.call('/batch/set', body);
      copied += 25;
    }
  };
  await Promise.all(Array.from({ length: 6 }, (_, name) => lane(name)));
}

interface People {
  /** One write; returns how often it was refused for the quota. */
  write(n: number): Promise<number>;
  /** Refusals that the layer met and waited out. */
  refused(): number;
}

/** Through the layer everybody counts one record up; past it everybody writes a record of their own. */
async function makePeople(target: CopyRig): Promise<People> {
  const value = { issue: '10001', rank: '0', doc: 'x'.repeat(500) };
  if (scenario !== 'layer') {
    const write = (n: number): Promise<number> =>
      target.call('/entity/set', {
        ...{ key: `list:live-${n}`, entityName: 'tally-list' },
        value: { ...value, rank: '1', mve: 1, mvn: 1 },
      });
    return { write, refused: () => 0 };
  }
  const context = target.another('live', LIVE_BUCKETS);
  for (let bucket = 0; bucket < LIVE_BUCKETS; bucket += 1) {
    const fresh = newHead({ epoch: 1, inc: 1, mapv: 1 });
    const head = formatHead({ ...fresh, auth: 'F', bf: END });
    await context.units.take({ kind: 'write', units: 1, priority: 'repair' });
    await context.carrier.create({ key: headKey('live', bucket), entity: HEAD_ENTITY }, head);
  }
  const records = new ForgeRecords(context, { ...BENCH_GROUP, group: 'live' });
  const keyOf = (n: number): string => `list:live-${n % RECORDS}`;
  for (let n = 0; n < RECORDS; n += 1) await records.change(keyOf(n), `first ${n}`, () => value);
  return {
    async write(n) {
      await records.change(keyOf(n), `write ${n}`, (present) => {
        const { rank } = present as { rank: string };
        return { ...value, rank: String(Number(rank) + 1) };
      });
      return 0;
    },
    refused: () => context.account.throttles,
  };
}

/** People come at their time, whatever became of those before them. */
async function live(target: CopyRig): Promise<void> {
  const one = async (n: number): Promise<void> => {
    const from = target.elapsedMs();
    const times = await people.write(n);
    refused += times;
    took.push(target.elapsedMs() - from);
  };
  const under: Promise<void>[] = [];
  for (let n = 0; !isOver(); n += 1) {
    under.push(one(n));
    await target.sleep(1_000 / PER_SECOND[scenario]);
  }
  await Promise.all(under);
  refused += people.refused();
}

/** Writes of people that are there at the end. */
function writesStored({ store, installationId }: CopyRig): number {
  let stored = 0;
  for (const { entityName, key, value } of store.inspect(installationId)) {
    if (entityName !== 'tally-list' || !key.startsWith('list:live-')) continue;
    stored += Number((value as { rank: string }).rank);
  }
  return stored;
}
