/**
 * `npm run bench:verify`: what it costs in read units of Forge to find out whether a million records are the same on both
 * sides, and which are not. The layer's own comparison of digests, on a real Postgres and the local site's store, with 0, 100
 * and 1,000 planted differences; beside it a comparison of all rows, carried out over `BENCH_ROWS` (20,000) of them and
 * multiplied. `BENCH_RECORDS` (1,000,000); `BENCH_BUCKETS` and `BENCH_CAPACITY` try another number of buckets or
 * another sketch, `BENCH_DIFFERENCES` ends with fewer of them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { RecordReader } from 'crossgrade/postgres';
import { compareDigests } from 'crossgrade/verify';
import { chooseBuckets } from '../storage-migration/bucket/slot.ts';
import { startBenchPostgres } from './bench-postgres.ts';
import { printReport, type Figure } from './bench-report.ts';
import { TENANT } from './bench-tenant.ts';
import { keyOf, madeRecord, raiseVersions, seedMillion, VERIFY_GROUP } from './verify-records.ts';
import { verifyStore, type VerifyStore } from './verify-store.ts';

const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 1_000_000);
const ROWS = Math.min(RECORDS, Number(process.env['BENCH_ROWS'] ?? 20_000));
const BUCKETS = Number(process.env['BENCH_BUCKETS'] ?? chooseBuckets(RECORDS));
const CAPACITY =
  process.env['BENCH_CAPACITY'] === undefined ? undefined : Number(process.env['BENCH_CAPACITY']);
const MOST_DIFFERENCES = Number(process.env['BENCH_DIFFERENCES'] ?? 1_000);
const MOST_UNITS = { 0: 165, 100: 180, 1_000: 350 } as const;

const postgres = await startBenchPostgres();
const figures: Figure[] = [];
const wrong: string[] = [];
const details: Record<string, unknown> = { records: RECORDS, buckets: BUCKETS };
try {
  const pool = postgres.pool(await postgres.database('verify'), 4);
  await seedMillion(pool, RECORDS, BUCKETS);
  const store = verifyStore(RECORDS, BUCKETS, CAPACITY);
  await rows(store);
  const planted = new Map<string, string>();
  for (const differences of [0, 100, 1_000] as const) {
    if (differences > MOST_DIFFERENCES) break;
    await plant(store, pool, planted, differences);
    await store.settle();
    await locate(store, pool, planted, MOST_UNITS[differences]);
  }
  store.close();
} finally {
  await postgres.stop();
}
printReport({ bench: 'verify', figures, wrong, details });

/** Plants differences until there are `wanted`, of every kind, spread over all records. */
async function plant(
  store: VerifyStore,
  pool: Pool,
  planted: Map<string, string>,
  wanted: number,
): Promise<void> {
  const raised = [];
  for (let i = planted.size; i < wanted; i += 1) {
    // Neighbours in number are strangers by slot.
    const n = 1 + ROWS + ((i * 997) % (RECORDS - ROWS));
    const kind = i % 4;
    if (kind === 0) await store.plant(n, undefined);
    if (kind === 1) await store.plant(n, madeRecord(n, { e: 1, n: 1 }, true));
    if (kind === 2) await store.plant(n, madeRecord(n, { e: 1, n: 3 }));
    if (kind === 3) {
      await store.plant(n, madeRecord(n, { e: 1, n: 1 }));
      raised.push(madeRecord(n, { e: 1, n: 2 }));
    }
    planted.set(keyOf(n), kind === 2 ? 'ahead' : 'corrupt');
  }
  await raiseVersions(pool, raised);
}

/** Runs the comparison and holds what it found to what was planted. */
async function locate(
  store: VerifyStore,
  pool: Pool,
  planted: ReadonlyMap<string, string>,
  most: number,
): Promise<void> {
  const before = store.usage();
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const summary = await compareDigests({
    ...{ pool, group: VERIFY_GROUP, send: store.send, scope: { tenant: TENANT, group: 'bench' } },
    reader: new RecordReader(pool, VERIFY_GROUP, TENANT, BUCKETS),
  });
  const after = store.usage();
  const { user, system } = process.cpuUsage(cpu);
  const found = await pool.query<{ key: string; class: string }>(
    'select key, class from mig_difference where pass_id = $1',
    [summary.passId],
  );
  const classes = new Map(found.rows.map((row) => [row.key, row.class]));
  for (const [key, expected] of planted) {
    const name = classes.get(key);
    if (name !== expected) wrong.push(`${key} is ${expected} and was called ${name ?? 'the same'}`);
    classes.delete(key);
  }
  for (const [key, name] of classes) wrong.push(`${key} is the same and was called ${name}`);
  const result = planted.size === 0 ? 'clean' : 'different';
  if (summary.result !== result) wrong.push(`${planted.size} differences: ${summary.result}`);
  const what = `${planted.size.toLocaleString('en')} differences among ${RECORDS.toLocaleString('en')}`;
  const value = after.units - before.units;
  figures.push({ what, unit: 'read units', value, most });
  // One of them takes minutes where every suspect is read by itself.
  console.error(`${what}: ${value} read units`);
  details[what] = {
    requests: after.requests - before.requests,
    seconds: (performance.now() - begun) / 1_000,
    ourCpuSeconds: (user + system) / 1e6,
  };
}

/** Every record read, page by page of a hundred, and compared: what tools without digests do. */
async function rows(store: VerifyStore): Promise<void> {
  await store.hold(Array.from({ length: ROWS }, (_, i) => i + 1));
  await store.send.timing.sleep(60_000);
  const before = store.usage();
  let compared = 0;
  for (
    let cursor: string | undefined, isFirst = true;
    isFirst || cursor !== undefined;
    isFirst = false
  ) {
    const page = await store.send.carrier.scan('tally-list', cursor);
    if (page.kind !== 'ok') throw new Error(`the page was answered ${page.kind}`);
    for (const { key, value } of page.value.items) {
      const { json } = madeRecord(Number(key.split(':')[1]), { e: 1, n: 1 });
      if (!isDeepStrictEqual(value, JSON.parse(json ?? ''))) wrong.push(`${key} differs by row`);
      compared += 1;
    }
    cursor = page.value.cursor;
  }
  if (compared !== ROWS) wrong.push(`${compared} of ${ROWS} rows were compared`);
  const units = (store.usage().units - before.units) * (RECORDS / ROWS);
  figures.push({
    what: `all rows of ${RECORDS.toLocaleString('en')}`,
    unit: 'read units',
    value: units,
  });
  details['rows compared'] = ROWS;
}
