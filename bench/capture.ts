/**
 * `npm run bench:capture`: what a user's write costs while the tenant is copied and verified. One write is the app's own use
 * case, a tick of an item, through the app's own store. It is made in turn without capture, under capture with a worker at
 * work beside it, and to both stores in sequence, so that whatever else the machine does meets all three.
 * `BENCH_WRITES` (3,000) of each.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createNudge } from 'crossgrade/postgres';
import { z } from 'zod';
import { editItem, listDocument, type List } from '../checklist/index.ts';
import { createDatabase } from '../remote-server/database/create-database.ts';
import { createPostgresChecklistStore } from '../remote-server/store/postgres-checklist-store.ts';
import { startBenchPostgres } from './bench-postgres.ts';
import { percentile, printReport, type Figure } from './bench-report.ts';
import { seedLists, TENANT, TOKEN } from './bench-tenant.ts';
import { startMeasuring, type Measuring } from './local-site-process.ts';

const WRITES = Number(process.env['BENCH_WRITES'] ?? 3_000);
const WARM_UP = 200;
const LISTS = 300;
const ITEMS = 5;
/** Writes a second and kind; a tenant that writes more is not one we know. */
const PER_SECOND = 100;

const postgres = await startBenchPostgres();
const children: Measuring[] = [];
try {
  await measure();
} finally {
  for (const child of children.reverse()) await child.stop();
  await postgres.stop();
}

async function measure(): Promise<void> {
  const forge = await start('./bench-forge-child.ts', {});
  const target = z
    .object({ storageUrl: z.string(), installationId: z.string() })
    .parse(forge.hello);
  const urls = {
    plain: await postgres.database('plain'),
    captured: await postgres.database('captured'),
  };
  const plain = postgres.pool(urls.plain);
  const captured = postgres.pool(urls.captured);
  await removeCapture(plain);
  const plainWriter = await writerOf(plain, postgres.pool(urls.plain, 1));
  const capturedWriter = await writerOf(captured, postgres.pool(urls.captured, 1));
  const both = async (): Promise<void> => {
    const list = await plainWriter.write();
    const value = { issue: list.issueId, rank: list.rank, doc: listDocument(list) };
    const answer = await fetch(`${target.storageUrl}/v1/entity/set`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key: list.id, entityName: 'tally-list', value }),
    });
    if (!answer.ok) throw new Error(`the second store answered ${answer.status}`);
  };
  await start('./bench-worker-child.ts', {
    BENCH_INPUT: JSON.stringify({ databaseUrl: urls.captured, ...target }),
  });

  const stages = new Map<string, Record<'plain' | 'captured' | 'both', number[]>>();
  const kinds = { plain: plainWriter.write, captured: capturedWriter.write, both };
  let before = { plain: 0, captured: 0 };
  for (let n = -WARM_UP; n < WRITES; n += 1) {
    if (n === 0) before = { plain: plainWriter.cpuMs(), captured: capturedWriter.cpuMs() };
    const begun = performance.now();
    const stage = await stageOf(captured);
    const took = stages.get(stage) ?? { plain: [], captured: [], both: [] };
    stages.set(stage, took);
    // In another order each time: what the one leaves to the other evens out.
    const order = (['plain', 'captured', 'both'] as const).map(
      (_, i, all) => all[(i + n + WARM_UP) % 3] ?? 'plain',
    );
    for (const kind of order) {
      const from = performance.now();
      await kinds[kind]();
      if (n >= 0) took[kind].push(performance.now() - from);
    }
    await sleep(Math.max(0, 1_000 / PER_SECOND - (performance.now() - begun)));
  }
  // Half of what the plain connection did was for both stores.
  const cpuMs = {
    plain: (plainWriter.cpuMs() - before.plain) / (2 * WRITES),
    captured: (capturedWriter.cpuMs() - before.captured) / WRITES,
  };
  await untilClean(captured);
  await report(stages, captured, cpuMs);
}

async function report(
  stages: ReadonlyMap<string, Record<'plain' | 'captured' | 'both', number[]>>,
  captured: pg.Pool,
  cpuMs: Readonly<Record<'plain' | 'captured', number>>,
): Promise<void> {
  const all = { plain: [] as number[], captured: [] as number[], both: [] as number[] };
  for (const took of stages.values()) {
    for (const kind of ['plain', 'captured', 'both'] as const) all[kind].push(...took[kind]);
  }
  const at = (kind: keyof typeof all, share: number): number => percentile(all[kind], share);
  const added = (kind: keyof typeof all, share: number): number =>
    at(kind, share) - at('plain', share);
  const figure = (what: string, value: number): Figure => ({ what, unit: 'ms', value });
  const figures: Figure[] = [
    figure('the write without capture, p50', at('plain', 0.5)),
    figure('the write without capture, p99', at('plain', 0.99)),
    { ...figure('added by capture, p50', added('captured', 0.5)), most: 0.3 },
    { ...figure('added by capture, p99', added('captured', 0.99)), most: 3 },
    figure("Postgres' CPU for the write without capture", cpuMs.plain),
    figure("Postgres' CPU added by capture", cpuMs.captured - cpuMs.plain),
    figure('added by writing both stores in sequence, p50', added('both', 0.5)),
    figure('added by writing both stores in sequence, p99', added('both', 0.99)),
  ];
  const versions = await captured.query<{ n: string }>(
    `select sum(n) as n from mig_ver where tenant = $1`,
    [TENANT],
  );
  // Each list has one version from its insert, one from that of its items, and one more from every tick.
  const expected = 2 * LISTS + WRITES + WARM_UP;
  const found = Number(versions.rows[0]?.n);
  const wrong = found === expected ? [] : [`${found} versions were given for ${expected} writes`];
  const counts = Object.fromEntries(
    [...stages].map(([stage, took]) => [stage, took.captured.length]),
  );
  printReport({ bench: 'capture', figures, wrong, details: { writes: WRITES, captured: counts } });
}

/** A user, on one connection of their own, so that the CPU of its server process can be read. */
interface Writer {
  /** One tick after the other, each of another item. Returns the list as it was written. */
  readonly write: () => Promise<List>;
  /** What the connection's server process has used so far. NaN where the system does not tell. */
  readonly cpuMs: () => number;
}

async function writerOf(pool: pg.Pool, own: pg.Pool): Promise<Writer> {
  const ids = await seedLists(pool, LISTS, ITEMS);
  const nudge = createNudge(pool);
  const store = createPostgresChecklistStore(createDatabase(own), TENANT, {
    committed: (tenant) => nudge.nudge(tenant),
  });
  const lists: List[] = [];
  for (const id of ids) {
    const list = await store.list(id);
    if (list !== undefined) lists.push(list);
  }
  const { rows } = await own.query<{ pid: number }>('select pg_backend_pid() as pid');
  const supplies = { now: () => new Date(), newId: randomUUID };
  let turn = 0;
  return {
    cpuMs: () => cpuOf(rows[0]?.pid ?? 0),
    async write() {
      const list = lists[turn % lists.length];
      const item = list?.items[Math.floor(turn / lists.length) % ITEMS];
      if (list === undefined || item === undefined) throw new Error('nothing was seeded');
      const isDone = Math.floor(turn / (lists.length * ITEMS)) % 2 === 0;
      turn += 1;
      const { issueId, projectId } = list;
      const scope = { issueId, projectId, actor: 'uma' };
      return editItem(store, scope, list.id, item.id, { done: isDone }, supplies);
    },
  };
}

/** Milliseconds a process has run, from Linux's scheduler, which counts nanoseconds. */
function cpuOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** The same tables, indexes and code, without the triggers. */
async function removeCapture(pool: pg.Pool): Promise<void> {
  const found = await pool.query<{ relation: string }>('select relation from mig_captured');
  for (const { relation } of found.rows) {
    await pool.query(`drop trigger mig_capture on ${relation}`);
    await pool.query(`drop trigger mig_no_truncate on ${relation}`);
  }
}

async function stageOf(pool: pg.Pool): Promise<string> {
  const found = await pool.query<{ stage: string }>('select stage from mig_tenant');
  return found.rows[0]?.stage ?? 'off';
}

/** Waits until the worker has sent everything. */
async function untilClean(pool: pg.Pool): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { rows } = await pool.query<{ left: string }>('select count(*) as left from mig_dirty');
    if (Number(rows[0]?.left) === 0) return;
    await sleep(100);
  }
  throw new Error('the worker did not send what was written within a minute');
}

async function start(file: string, env: Readonly<Record<string, string>>): Promise<Measuring> {
  const child = await startMeasuring(file, env);
  children.push(child);
  return child;
}
