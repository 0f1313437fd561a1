import type { LayerError } from 'crossgrade';
import { readTenant, type TenantRow } from 'crossgrade/postgres';
import {
  databaseLife,
  freezeForge,
  holdOf,
  knownLife,
  lookBack,
  noteLife,
  quarantineTenant,
  type HeldCode,
  type HeldRecord,
  type LookedBack,
} from 'crossgrade/quarantine';
import type { TenantLane } from './tenant-lane.ts';
import type { WorkerContext } from './worker-context.ts';

const WENT_BACK: readonly string[] = ['head.regressed', 'head.missing'];
const HELD: readonly string[] = [
  'split_brain',
  'target.ahead',
  'authority.double',
] satisfies HeldCode[];

/** Stops a tenant for what a job ran into. The record that the error names is written by nobody from then on. */
export async function quarantine(
  context: WorkerContext,
  tenant: string,
  error: LayerError,
): Promise<void> {
  const { pool, config, who, log } = context;
  const scope = { tenant, group: config.group.group };
  const reason = `${error.code}: ${error.message}`;
  // Before anything is looked up: the look may fail, the stop may not.
  await quarantineTenant(pool, scope, { reason, who });
  const row = await readTenant(pool, scope);
  if (row === undefined) return;
  if (WENT_BACK.includes(error.code) && (row.stage === 'live' || row.stage === 'settled')) {
    await freeze(context, row);
  }
  if (error.key === undefined || !HELD.includes(error.code)) return;
  try {
    const verification = (await context.lanes.of(row)).verify(() => false);
    const held = await holdOf(verification, error.key, error.code as HeldCode);
    const others = error.code === 'target.ahead' ? (await lookBack(verification)).held : [];
    const all = new Map(
      [...others, ...(held === undefined ? [] : [held])].map((one) => [one.key, one]),
    );
    await quarantineTenant(pool, scope, { reason, who, held: [...all.values()] });
  } catch (cause) {
    log.warn({ event: 'not all held records are known', tenant, reason: String(cause) });
  }
}

/** Forge is the authority and its heads went back: nobody may write there either until a person has decided. */
async function freeze(context: WorkerContext, row: TenantRow): Promise<void> {
  const { log, lanes } = context;
  try {
    const turned = await freezeForge((await lanes.of(row)).send);
    log.warn({ event: 'forge frozen', tenant: row.tenant, heads: turned });
  } catch (cause) {
    log.warn({ event: 'forge not frozen', tenant: row.tenant, reason: String(cause) });
  }
}

/** Per process: the tenants that were looked at, each with the life of the database in which they were. */
const looked = new WeakMap<WorkerContext, Map<string, { life: string; look: Promise<boolean> }>>();

/**
 * Once per process, tenant and life of the database, before any work on the tenant: whether Postgres has gone back. What it
 * finds stops the tenant. Resolves with whether work may go on; rejects when that can't be found out.
 */
export async function mayWork(context: WorkerContext, lane: TenantLane): Promise<boolean> {
  const { tenant, installation_id, incarnation } = lane.row;
  const known = looked.get(context) ?? new Map<string, { life: string; look: Promise<boolean> }>();
  looked.set(context, known);
  const identity = `${tenant}/${installation_id}/${incarnation}`;
  const life = await databaseLife(context.pool);
  const before = known.get(identity);
  if (before?.life === life) return before.look;
  const look = lookAt(context, lane, life);
  known.set(identity, { life, look });
  try {
    const isHealthy = await look;
    // Whoever is asked the next time has been told by a person that it is over.
    if (!isHealthy) known.delete(identity);
    return isHealthy;
  } catch (error) {
    known.delete(identity);
    throw error;
  }
}

async function lookAt(context: WorkerContext, lane: TenantLane, life: string): Promise<boolean> {
  const { pool, who, log } = context;
  const scope = { tenant: lane.row.tenant, group: lane.row.grp };
  const before = await knownLife(pool, scope);
  const isAnotherLife = before !== undefined && before !== life;
  const found = await lookBack(
    lane.verify(() => false),
    { isAnotherLife },
  );
  const isHealthy = found.held.length === 0 && found.unnamed === 0 && !found.isDouble;
  if (!isHealthy) {
    const reason = reasonOf(found);
    log.warn({ event: 'postgres went back', tenant: scope.tenant, reason });
    await quarantineTenant(pool, scope, {
      ...{ reason, who, held: found.held, closeGate: found.isDouble },
    });
  }
  // Also when it is stopped: what went before is in the hands of a person now, and is not to be found again.
  await noteLife(pool, scope, life);
  return isHealthy;
}

function reasonOf({ held, unnamed, isDouble }: LookedBack): string {
  const records = `${held.length} ${held.length === 1 ? 'record differs' : 'records differ'}`;
  if (isDouble) {
    return `authority.double: Forge is the authority and Postgres took writes; ${records}`;
  }
  const more =
    unnamed === 0 ? '' : `; ${unnamed} more can not be named, they were deleted since at Forge`;
  const code = held.length > 0 && held.every(isSplit) ? 'split_brain' : 'target.ahead';
  return `${code}: Forge holds what Postgres never had acknowledged; ${records}${more}`;
}

function isSplit({ code }: HeldRecord): boolean {
  return code === 'split_brain';
}
