/**
 * `npm run bench:handover`: one tenant goes to Forge and back, again and again, while users write fifty times a second to
 * whichever side is the authority (`BENCH_PER_SECOND`, `BENCH_PER_SECOND_AT_FORGE`). Real Postgres, the local site's store over
 * HTTP, a worker, the users and the operator in processes of their own. Once with a store that answers at once and once with the
 * latency that was seen on the real platform (25 to 280 ms a call).
 * `BENCH_ONLY=0-0` or `25-280` takes one of the two. `BENCH_CYCLES` (12) for each; of fewer than a hundred, p99 is the longest.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LayerError } from 'crossgrade';
import { reverseLag } from 'crossgrade/live';
import {
  applyCommand,
  planCommand,
  type Applied,
  type Operator,
} from '../operator/handover/index.ts';
import { Lanes } from '../operator/worker/tenant-lane.ts';
import { startBenchPostgres, type BenchPostgres } from './bench-postgres.ts';
import { printReport, type Figure } from './bench-report.ts';
import { benchConfig, seedLists, TENANT } from './bench-tenant.ts';
import {
  figuresOf,
  longestSilence,
  newMeasured,
  withoutLag,
  type Measured,
} from './handover-figures.ts';
import { startMeasuring, type Measuring } from './local-site-process.ts';

const CYCLES = Number(process.env['BENCH_CYCLES'] ?? 12);
const LISTS = 300;
const ITEMS = 5;
/** How long the tenant stays with Forge in each cycle. */
const LIVE_MS = 3_000;
/**
 * How long users write before a cut-over and after a rollback. In between they pause until the tenant is verified again: on a
 * machine that is busy with other things that may take longer than anybody waits.
 */
const LEAD_MS = 2_000;
const PATIENCE_MS = 120_000;
/** Writes under way when nobody is behind: those that begin in a third of a second, longer than a call takes. */
const NOBODY_BEHIND = Number(process.env['BENCH_PER_SECOND_AT_FORGE'] ?? 50) / 3;
const LATENCIES = { 'no latency': '0-0', '25–280 ms a call': '25-280' } as const;
type Latency = keyof typeof LATENCIES;

const SCOPE = { tenant: TENANT, group: 'checklists' };
const endedSchema = z.object({
  ended: z.array(z.object({ from: z.number(), to: z.number() })),
});
const requests = z.object({
  requests: z.number(),
  readUnits: z.number(),
  writeUnits: z.number(),
  counts: z.record(z.string(), z.number()),
});
const madeSchema = z.object({
  made: z.record(z.string(), z.number()),
  failed: z.array(z.string()),
  failures: z.number(),
});

const postgres = await startBenchPostgres();
const figures: Figure[] = [];
const wrong: string[] = [];
const details: Record<string, Measured> = {};
try {
  for (const latency of Object.keys(LATENCIES) as Latency[]) {
    if (LATENCIES[latency] !== (process.env['BENCH_ONLY'] ?? LATENCIES[latency])) continue;
    const measured = await run(postgres, latency);
    details[latency] = measured;
    figures.push(...figuresOf(latency, measured));
  }
} finally {
  await postgres.stop();
}
printReport({ bench: 'handover', figures, wrong, details: { cycles: CYCLES, ...details } });

async function run(server: BenchPostgres, latency: Latency): Promise<Measured> {
  const databaseUrl = await server.database(`handover_${LATENCIES[latency].replace('-', '_')}`);
  const pool = server.pool(databaseUrl);
  await seedLists(pool, LISTS, ITEMS);
  const children: Measuring[] = [];
  const start = async (file: string, env: Readonly<Record<string, string>>): Promise<Measuring> => {
    const child = await startMeasuring(file, env);
    children.push(child);
    return child;
  };
  try {
    const forge = await start('./bench-forge-child.ts', { BENCH_LATENCY: LATENCIES[latency] });
    const target = z
      .object({ storageUrl: z.string(), installationId: z.string() })
      .parse(forge.hello);
    const input = { databaseUrl, ...target };
    const config = benchConfig(input);
    const operator: Operator = { pool, config, lanes: new Lanes(pool, config) };
    const env = { BENCH_INPUT: JSON.stringify(input) };
    await start('./bench-worker-child.ts', env);
    await untilReady(operator);
    const writers = await start('./handover-writers.ts', env);
    return await cycles(operator, writers, forge);
  } finally {
    for (const child of children.reverse()) await child.stop();
  }
}

async function cycles(operator: Operator, writers: Measuring, forge: Measuring): Promise<Measured> {
  const measured = newMeasured();
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const waited = performance.now();
    await untilReady(operator);
    measured.ready.push(performance.now() - waited);
    await writers.ask('begin');
    await sleep(LEAD_MS);
    await endedSince(writers, measured);
    const before = requests.parse(await forge.ask('usage'));
    const cutover = await apply(operator, 'cutover');
    if (cutover.outcome !== 'done') {
      const reason = String(cutover.detail['reason']);
      measured.undone.push(reason);
      console.error(`${cycle + 1} of ${CYCLES}: undone, ${reason}`);
      await writers.ask('pause');
      continue;
    }
    measured.frozen.push(Number(cutover.detail['frozenMs']));
    const after = requests.parse(await forge.ask('usage'));
    measured.requests.push(after.requests - before.requests);
    measured.kinds.push(
      Object.fromEntries(
        Object.entries(after.counts).map(([kind, n]) => [kind, n - (before.counts[kind] ?? 0)]),
      ),
    );
    measured.units.push(after.readUnits + after.writeUnits - before.readUnits - before.writeUnits);
    await writers.ask('slow');
    const served = performance.now();
    await untilServed(writers);
    measured.served.push(performance.now() - served);
    await sleep(LIVE_MS);
    const ended = await endedSince(writers, measured);
    measured.silence.push(longestSilence(ended));
    measured.longest.push(Math.max(...ended.map(({ from, to }) => to - from)));
    const lag = await reverseLag(operator.pool, SCOPE);
    measured.lag.push(lag);
    const begun = performance.now();
    const rollback = await apply(operator, 'rollback');
    const rollbackMs = performance.now() - begun;
    console.error(
      `${cycle + 1} of ${CYCLES}: frozen ${measured.frozen.at(-1) ?? 0} ms, rollback ${Math.round(rollbackMs)} ms of ${lag} entries`,
    );
    measured.rollback.push(rollbackMs);
    measured.rollbackAlone.push(withoutLag(rollbackMs, lag));
    measured.rollbackFrozen.push(Number(rollback.detail['frozenMs']));
    await sleep(LEAD_MS);
    await writers.ask('pause');
  }
  await check(operator, writers, measured);
  return measured;
}

/** Every write that a user was told of is there, once, on both sides. */
async function check(operator: Operator, writers: Measuring, measured: Measured): Promise<void> {
  const { made, failed, failures } = madeSchema.parse(await writers.ask('end'));
  await endedSince(writers, measured);
  await untilReady(operator);
  const { rows } = await operator.pool.query<{ id: string; name: string }>(
    'select id, name from checklist where tenant = $1',
    [TENANT],
  );
  const names = new Map(rows.map(({ id, name }) => [id, Number(name)]));
  for (const [id, count] of Object.entries(made)) {
    const found = names.get(id) ?? 0;
    if (found < count) wrong.push(`${id}: ${count - found} writes are lost`);
    // A user who was told of a failure may have been told too much: then it may be there once more.
    if (found > count + failures) wrong.push(`${id}: ${found - count} writes were made twice`);
  }
  measured.failures.push(
    ...Array.from({ length: failures }, (_, i) => failed[i % failed.length] ?? ''),
  );
}

/** Waits until the tenant is with Postgres, sent, and verified: until a cut-over may begin. */
async function untilReady({ pool, config, lanes }: Operator): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  let last = '';
  while (Date.now() < until) {
    await sleep(100);
    const known = await pool.query(`select 1 from mig_tenant where stage <> 'off'`);
    if (known.rowCount === 0) continue;
    const plan = await planCommand({ pool, config, lanes }, 'cutover', TENANT);
    if (plan.stage === 'verify' && plan.refusals.length === 0) return;
    last = `${plan.stage}: ${plan.refusals.map(({ reason }) => reason).join('; ')}`;
  }
  throw new Error(`The tenant does not get ready: ${last}`);
}

/** Applies a command as an operator does, who makes a new plan when somebody else was at work. */
async function apply(operator: Operator, command: 'cutover' | 'rollback'): Promise<Applied> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { epoch } = await planCommand(operator, command, TENANT);
    const options = { who: 'bench', expectEpoch: epoch, reason: 'measured' };
    try {
      return await applyCommand(operator, command, TENANT, options);
    } catch (error) {
      const isStale = error instanceof LayerError && error.code === 'plan.stale';
      if (!isStale || Date.now() > until) throw error;
      await sleep(100);
    }
  }
}

async function endedSince(writers: Measuring, measured: Measured) {
  const { ended } = endedSchema.parse(await writers.ask('ended'));
  measured.writes += ended.length;
  return ended;
}

/** Waits until those who were parked are served: they draw on the quota that a rollback needs. */
async function untilServed(writers: Measuring): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const { underWay } = z.object({ underWay: z.number() }).parse(await writers.ask('load'));
    if (underWay <= NOBODY_BEHIND) return;
    await sleep(100);
  }
}
