import { LayerError, type Scope } from 'crossgrade';
import { backfillBuckets, pushBucket } from 'crossgrade/copy';
import { publishTarget } from 'crossgrade/live';
import { enrol, leaveCopy, readTenant, register, returnToCopy } from 'crossgrade/postgres';
import { compareDigests, scrub, scrubAhead } from 'crossgrade/verify';
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
  if (row.stage !== 'off') return;
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

/** Sends what changed since, oldest first, until nothing is left or the turn is over. */
export async function pushTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['copy', 'verify']);
  if (lane === undefined) return;
  const { config } = context;
  const shouldStop = deadline(context, TURN_MS);
  for (let moved = true; moved && !shouldStop();) {
    moved = false;
    const slices = [...(await lane.reader.dirty(200))];
    await inLanes(slices, async ([bucket, slice]) => {
      const result = await pushBucket(
        { context: lane.send, group: config.group, ledger: lane.ledger },
        bucket,
        slice,
      );
      moved ||= result.cleared > 0;
    });
  }
  await returnToCopy(context.pool, { tenant, group: config.group.group }, context.who);
}

/** Reads back what is copied already, while the rest is still on its way. */
export async function scrubTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['copy']);
  if (lane === undefined) return;
  await scrubAhead(lane.verify(deadline(context, TURN_MS)));
}

/** Compares the digests, then reads everything back once. */
export async function verifyTenant(context: WorkerContext, tenant: string): Promise<void> {
  const lane = await laneOf(context, tenant, ['verify']);
  if (lane === undefined) return;
  const verification = lane.verify(() => context.isStopping());
  const digest = await compareDigests(verification);
  context.log.info({ event: 'digests compared', tenant, ...digest });
  if (digest.result !== 'clean') return;
  const scrubbed = await context.pool.query<{ is_current: boolean }>(
    `select p.epoch = g.epoch and p.incarnation = t.incarnation as is_current
     from mig_pass p join mig_tenant t using (tenant, grp) join mig_gate g using (tenant, grp)
     where p.tenant = $1 and p.grp = $2 and p.kind = 'scrub' and p.result = 'clean'
       and p.started > t.copied_at`,
    [tenant, context.config.group.group],
  );
  if (scrubbed.rows.some((row) => row.is_current)) return;
  // After a hand-over and its way back, what was read before proves nothing: everything is read again.
  const pass = await scrub(verification, { again: scrubbed.rows.length > 0 });
  context.log.info({ event: 'scrubbed', tenant, ...pass });
}

/** The tenant's lane, or undefined when it is in another stage or stopped by a condition. */
export async function laneOf(
  context: WorkerContext,
  tenant: string,
  stages: readonly string[],
): Promise<TenantLane | undefined> {
  const { pool, config } = context;
  const row = await readTenant(pool, { tenant, group: config.group.group });
  if (row?.condition !== null || !stages.includes(row.stage)) return undefined;
  if (row.mapv !== config.group.mapping) {
    throw new LayerError(
      'layer.version_mismatch',
      `the tenant was enrolled with mapping ${row.mapv}, this worker has ${config.group.mapping}`,
    );
  }
  return context.lanes.of(row);
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
