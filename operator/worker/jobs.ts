import { LayerError, type Scope } from 'crossgrade';
import { backfillBuckets, pushBuckets } from 'crossgrade/copy';
import { publishTarget } from 'crossgrade/live';
import {
  enrol,
  leaveCopy,
  readTenant,
  register,
  returnToCopy,
  type TenantRow,
} from 'crossgrade/postgres';
import { compareDigests, followerIn, recheck, scrub, scrubAhead } from 'crossgrade/verify';
import type { Pool } from 'pg';
import { mayWork } from './quarantine.ts';
import type { TenantLane } from './tenant-lane.ts';
import { deadline, type WorkerContext } from './worker-context.ts';

/** Buckets worked on at once: enough to hide the latency of Forge, few enough to stay fair. */
const LANES = 6;
/** How long one job may keep a worker before others have their turn. */
const TURN_MS = 20_000;

/** Registers the tenant and creates its heads. */
export async function enrolTenant(context: WorkerContext, tenant: string): Promise<void> {
  const { pool, config, who, log } = context;
  const link = (await config.linkedTenants(pool)).find((linked) => linked.tenant === tenant);
  if (link === undefined) return;
  const row = await register(pool, config.group, { ...link, group: config.group.group, who });
  if (row.stage !== 'off' || row.condition !== null) return;
  const lane = await context.lanes.of(row);
  // Before the stage says that there is a target: a function that finds heads finds this too.
  await publishTarget(lane.send);
  await enrol(pool, lane.send, row, who);
  log.info({ event: 'enrolled', tenant, buckets: row.buckets });
  await context.addJob('copy', tenant);
}

/** Copies what is beyond the cursors, several buckets at once; goes on to `verify` when all are done. */
export async function copyTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['copy']);
  if (lane === undefined) return;
  const { pool, config, who, log } = context;
  const scope = { tenant, group: config.group.group };
  const shouldStop = deadline(context, TURN_MS);
  const buckets = await bucketsNotDone(context, scope);
  const { send, reader, ledger } = lane;
  const options = { context: send, group: config.group, source: reader, ledger, shouldStop };
  const queue = [...buckets];
  const ended = await Promise.all(
    Array.from({ length: LANES }, () => backfillBuckets(options, () => queue.shift())),
  );
  // A bucket whose end was written by a killed worker is done without anything to acknowledge: the mirror follows the head.
  for (const bucket of ended.includes(false) ? [] : await bucketsNotDone(context, scope)) {
    const head = await send.heads.read(send, bucket);
    await ledger.acknowledge(bucket, [], { epoch: head.epoch, seq: head.seq, cursor: head.bf });
  }
  if (await leaveCopy(pool, scope, who)) {
    log.info({ event: 'copied', tenant, ...lane.send.account });
    await context.addJob('verify', tenant);
  } else if (shouldStop() && !context.isStopping()) {
    await context.addJob('copy', tenant);
  }
}

async function bucketsNotDone(context: WorkerContext, scope: Scope): Promise<number[]> {
  const pending = await context.pool.query<{ bucket: number }>(
    `select bucket from mig_racked where tenant = $1 and grp = $2 and not bf_done order by bucket`,
    [scope.tenant, scope.group],
  );
  return pending.rows.map((found) => found.bucket);
}

/**
 * Sends what changed since, oldest first, until nothing is left or the turn is over. While a hand-over drains as well: this
 * process knows the heads by heart, and the hand-over gives it a moment.
 */
export async function pushTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['copy', 'verify', 'draining']);
  if (lane === undefined) return;
  const { config } = context;
  const shouldStop = deadline(context, TURN_MS);
  for (let moved = true; moved && !shouldStop();) {
    const options = { context: lane.send, group: config.group, ledger: lane.ledger };
    const dirty = await lane.reader.dirty(200);
    moved = (await pushBuckets(options, dirty, { lanes: LANES })).cleared > 0;
  }
  await returnToCopy(context.pool, { tenant, group: config.group.group }, context.who);
}

/** Reads back what is copied already, while the rest is still on its way. */
export async function scrubTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['copy']);
  if (lane === undefined) return;
  await scrubAhead(lane.verify(deadline(context, TURN_MS)));
}

/**
 * Compares the digests. Then reads everything back, unless a scrub of less than half a day counts: of that one only what was
 * written since is read, so that it counts for the present. While Forge is the authority Postgres is what is verified.
 */
export async function verifyTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['verify', 'live', 'settled']);
  if (lane === undefined) return;
  const row = await readTenant(context.pool, { tenant, group: lane.row.grp });
  const follower = followerIn(row?.stage ?? 'verify');
  const verification = { ...lane.verify(() => context.isStopping()), follower } as const;
  const digest = await compareDigests(verification);
  context.log.info({ event: 'digests compared', tenant, follower, ...digest });
  // Somebody who writes at Forge all the time may keep a digest from ever being equal; reading back does not need it.
  if (digest.result === 'different' || (follower === 'forge' && digest.result !== 'clean')) return;
  const rechecked = follower === 'forge' ? await recheck(verification) : 'abandoned';
  if (rechecked === 'clean' && !(await isScrubDue(context.pool, lane.row))) return;
  const pass = await scrub(verification);
  context.log.info({ event: 'scrubbed', tenant, follower, ...pass });
}

/** Long before a day is over, after which it would hold a cut-over up. */
const RESCRUB_HOURS = 12;

async function isScrubDue(pool: Pool, row: TenantRow): Promise<boolean> {
  const found = await pool.query(
    `select 1 from mig_gate g, mig_clean_pass($1, $2, $3, g.epoch) p
     where g.tenant = $1 and g.grp = $2 and p.at > now() - make_interval(hours => $4)`,
    [row.tenant, row.grp, row.incarnation, RESCRUB_HOURS],
  );
  return found.rowCount === 0;
}

/** The tenant's lane, or undefined when it is in another stage or stopped by a condition. */
export async function laneOf(
  context: WorkerContext,
  tenant: string,
  stages: readonly string[],
): Promise<TenantLane | undefined> {
  const { pool, config } = context;
  const row = await readTenant(pool, { tenant, group: config.group.group });
  if (row === undefined || !stages.includes(row.stage)) return undefined;
  // An erasure holds nothing up: what it deletes travels like everything else.
  if (row.condition !== null && row.condition !== 'erasing') return undefined;
  if (row.mapv !== config.group.mapping) {
    throw new LayerError(
      'layer.version_mismatch',
      `the tenant was enrolled with mapping ${row.mapv}, this worker has ${config.group.mapping}`,
    );
  }
  const lane = await context.lanes.of(row);
  return (await mayWork(context, lane)) ? lane : undefined;
}
