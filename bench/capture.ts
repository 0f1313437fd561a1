/**
 * `npm run bench:capture`: what a user's write costs while the tenant is copied and verified. One write is the app's own use
 * case, a tick of an item, through the app's own store. A round makes it without capture, without capture once more, under
 * capture with a worker at work beside it, and to both stores in sequence: each on a connection and a database of its own with
 * the same rows, in an order of chance, so that whatever else the machine does meets all four. All runs are printed and all
 * count. `BENCH_WRITES` (2,000) of each in each of `BENCH_RUNS` (3).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { listDocument } from '../checklist/index.ts';
import { seededRandom } from '../local-site/support/index.ts';
import { startBenchPostgres } from './bench-postgres.ts';
import { printReport, type Figure } from './bench-report.ts';
import { seedLists, TENANT, TOKEN } from './bench-tenant.ts';
import { addedBy, KINDS, quantile, shuffled, type Kind, type Round } from './capture-rounds.ts';
import { createWriter, type Writer } from './capture-writer.ts';
import { startMeasuring, type Measuring } from './local-site-process.ts';

const WRITES = Number(process.env['BENCH_WRITES'] ?? 2_000);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const WARM_UP = 200;
/** So many that the copy lasts into the first run. */
const LISTS = 5_000;
/** Of them, those that are written. */
const WRITTEN = 300;
const ITEMS = 5;
/** Rounds a second; a tenant that writes more is not one we know. */
const PER_SECOND = 100;

type OfEach = Readonly<Record<Kind, number>>;

const postgres = await startBenchPostgres();
const children: Measuring[] = [];
const pools: pg.Pool[] = [];
try {
  await measure();
} finally {
  for (const child of children.reverse()) await child.stop();
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.stop();
}

async function measure(): Promise<void> {
  const forge = await start('./bench-forge-child.ts', {});
  const target = z
    .object({ storageUrl: z.string(), installationId: z.string() })
    .parse(forge.hello);
  const writers = {
    plain: await writerOf('plain'),
    again: await writerOf('again'),
    captured: await writerOf('captured'),
    both: await writerOf('both'),
  };
  const { pool } = writers.captured;
  const write = async (kind: Kind): Promise<void> => {
    const list = await writers[kind].write();
    if (kind !== 'both') return;
    const value = { issue: list.issueId, rank: list.rank, doc: listDocument(list) };
    const answer = await fetch(`${target.storageUrl}/v1/entity/set`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key: list.id, entityName: 'tally-list', value }),
    });
    if (!answer.ok) throw new Error(`the second store answered ${answer.status}`);
  };

  const random = seededRandom(4);
  const rounds: Round[] = [];
  const cpu: OfEach[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const before = ofEach((kind) => writers[kind].cpuMs());
    // The first warms the connections up; the copy begins after it.
    const count = run === 0 ? WARM_UP : WRITES;
    for (let n = 0; n < count; n += 1) {
      const begun = performance.now();
      const stage = await stageOf(pool);
      const took = { plain: 0, again: 0, captured: 0, both: 0 };
      for (const kind of shuffled(random)) {
        const from = performance.now();
        await write(kind);
        took[kind] = performance.now() - from;
      }
      if (run > 0) rounds.push({ run, stage, ...took });
      await sleep(Math.max(0, 1_000 / PER_SECOND - (performance.now() - begun)));
    }
    const used = ofEach((kind) => (writers[kind].cpuMs() - before[kind]) / count);
    if (run === 0) {
      const input = { databaseUrl: writers.captured.url, ...target };
      await start('./bench-worker-child.ts', { BENCH_INPUT: JSON.stringify(input) });
      await untilCopying(pool);
      continue;
    }
    cpu.push(used);
    printRun(
      run,
      rounds.filter((round) => round.run === run),
      used,
    );
  }
  await untilClean(pool);
  await report(rounds, cpu, pool);
}

function printRun(run: number, rounds: readonly Round[], cpuMs: OfEach): void {
  const ms = (value: number): string => value.toFixed(3).padStart(8);
  console.log(`run ${run}: ms          p50      p99  + p50    + p99    + paired   CPU`);
  for (const kind of KINDS) {
    const { p50, p99, paired } = addedBy(kind, rounds);
    const own = [quantile(kind, rounds, 0.5), quantile(kind, rounds, 0.99)];
    console.log(`  ${kind.padEnd(9)} ${[...own, p50, p99, paired, cpuMs[kind]].map(ms).join(' ')}`);
  }
}

async function report(
  rounds: readonly Round[],
  cpu: readonly OfEach[],
  captured: pg.Pool,
): Promise<void> {
  const figure = (what: string, value: number): Figure => ({ what, unit: 'ms', value });
  const cpuOf = (kind: Kind): number => cpu.reduce((sum, used) => sum + used[kind], 0) / cpu.length;
  const [own, noise, peer] = [
    addedBy('captured', rounds),
    addedBy('again', rounds),
    addedBy('both', rounds),
  ];
  const figures: Figure[] = [
    figure('the write without capture, p50', quantile('plain', rounds, 0.5)),
    figure('the write without capture, p99', quantile('plain', rounds, 0.99)),
    { ...figure('added by capture, p50', own.p50), most: 0.3 },
    { ...figure('added by capture, p99', own.p99), most: 3 },
    figure('added by capture, median of the pairs', own.paired),
    figure('added by nothing, p50', noise.p50),
    figure('added by nothing, p99', noise.p99),
    figure('added by nothing, median of the pairs', noise.paired),
    figure("Postgres' CPU for the write without capture", cpuOf('plain')),
    figure("Postgres' CPU added by capture", cpuOf('captured') - cpuOf('plain')),
    figure("Postgres' CPU added by nothing", cpuOf('again') - cpuOf('plain')),
    figure('added by writing both stores in sequence, p50', peer.p50),
    figure('added by writing both stores in sequence, p99', peer.p99),
  ];
  const versions = await captured.query<{ n: string }>(
    `select sum(n) as n from mig_ver where tenant = $1`,
    [TENANT],
  );
  // Each list has one version from its insert, one from that of its items, and one more from every tick.
  const expected = 2 * LISTS + RUNS * WRITES + WARM_UP;
  const found = Number(versions.rows[0]?.n);
  const wrong = found === expected ? [] : [`${found} versions were given for ${expected} writes`];
  const among = (name: 'run' | 'stage'): unknown =>
    [...new Set(rounds.map((round) => round[name]))].map((value) => {
      const own = rounds.filter((round) => round[name] === value);
      const added = { captured: addedBy('captured', own), again: addedBy('again', own) };
      return { [name]: value, rounds: own.length, added };
    });
  const tables = await captured.query(
    `select relname, n_tup_ins::int, n_tup_upd::int, n_tup_hot_upd::int, n_tup_del::int, n_dead_tup::int,
       pg_table_size(relid)::int as bytes, pg_indexes_size(relid)::int as "indexBytes"
     from pg_stat_user_tables where relname in ('mig_ver', 'mig_dirty', 'mig_gate') order by relname`,
  );
  const details = {
    rounds: rounds.length,
    tables: tables.rows,
    cpu,
    runs: among('run'),
    stages: among('stage'),
  };
  printReport({ bench: 'capture', figures, wrong, details });
}

/** A database of its own with the same rows, and a user who writes there. Only one has the triggers. */
async function writerOf(kind: Kind): Promise<Writer & { url: string; pool: pg.Pool }> {
  const url = await postgres.database(`ticks_${kind}`);
  const pool = postgres.pool(url);
  if (kind !== 'captured') await removeCapture(pool);
  const ids = await seedLists(pool, LISTS, ITEMS);
  await pool.query('vacuum analyze');
  const written = ids.filter((_, n) => n % Math.floor(LISTS / WRITTEN) === 0);
  // One connection that stays: the CPU of its server process is part of the result.
  const own = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
  own.on('error', () => undefined);
  pools.push(own);
  return { url, pool, ...(await createWriter(pool, own, written)) };
}

/** The same tables, indexes and code, without the triggers. */
async function removeCapture(pool: pg.Pool): Promise<void> {
  const found = await pool.query<{ relation: string }>('select relation from mig_captured');
  for (const { relation } of found.rows) {
    await pool.query(`drop trigger mig_capture on ${relation}`);
    await pool.query(`drop trigger mig_no_truncate on ${relation}`);
  }
}

function ofEach(value: (kind: Kind) => number): OfEach {
  return {
    ...{ plain: value('plain'), again: value('again') },
    ...{ captured: value('captured'), both: value('both') },
  };
}

async function stageOf(pool: pg.Pool): Promise<string> {
  const found = await pool.query<{ stage: string }>('select stage from mig_tenant');
  return found.rows[0]?.stage ?? 'off';
}

/** Waits until the worker has enrolled the tenant. */
async function untilCopying(pool: pg.Pool): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await stageOf(pool)) !== 'off') return;
    await sleep(100);
  }
  throw new Error('the worker did not begin within a minute');
}

/** Waits until the worker has sent everything. */
async function untilClean(pool: pg.Pool): Promise<void> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    const { rows } = await pool.query<{ left: string }>('select count(*) as left from mig_dirty');
    if (Number(rows[0]?.left) === 0) return;
    await sleep(100);
  }
  throw new Error('the worker did not send what was written within five minutes');
}

async function start(file: string, env: Readonly<Record<string, string>>): Promise<Measuring> {
  const child = await startMeasuring(file, env);
  children.push(child);
  return child;
}
