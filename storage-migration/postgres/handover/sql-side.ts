import type { ClientBase, Pool } from 'pg';
import { LayerError } from '../../errors.ts';
import type { PostgresSide } from '../../handover/postgres-side.ts';
import type { GroupDefinition } from '../../record/define-record.ts';
import type { Scope } from '../../terms.ts';
import { positionsOf } from '../positions.ts';
import type { RecordReader } from '../record-reader.ts';
import { readTenant } from '../tenant-row.ts';
import { inTransaction } from '../transaction.ts';
import { applyReverse } from './apply-reverse.ts';
import { changeStage } from './change-stage.ts';
import { closeGate, openGate, readGate, reopenGate } from './gate.ts';

export interface SqlSideOptions {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly reader: RecordReader;
  /** The one whose positions these are: each incarnation begins to count anew. */
  readonly incarnation: number;
  /** Verification stands above this folder, so it is handed in. */
  readonly compareDigests: PostgresSide['compareDigests'];
}

/** The Postgres side of a hand-over, in SQL. */
export function sqlSide(options: SqlSideOptions): PostgresSide {
  const { pool, scope, group, reader, incarnation, compareDigests } = options;
  return {
    readGate: () => readGate(pool, scope),
    closeGate: (epoch, waitMs) => closeGate(pool, scope, epoch, waitMs),
    openGate: (epoch) =>
      inTransaction(pool, async (client) => {
        const opened = await openGate(client, scope, epoch);
        await insistOwn(client, scope, incarnation);
        return opened;
      }),
    reopenGate: (epoch, operation) => reopenGate(pool, scope, epoch, operation),
    dirty: (limit) => reader.dirty(limit),
    dirtyCount: () => dirtyCount(pool, scope),
    positions: () => positionsOf(pool, scope),
    applyReverse: (bucket, position, records) =>
      inTransaction(pool, async (client) => {
        const applied = await applyReverse(client, scope, group, bucket, position, records);
        await insistOwn(client, scope, incarnation);
        return applied;
      }),
    stage: async () => (await readTenant(pool, scope))?.stage,
    changeStage: (change) => inTransaction(pool, (client) => changeStage(client, scope, change)),
    cleanPass: (incarnation, epoch) => cleanPass(pool, scope, incarnation, epoch),
    compareDigests,
  };
}

/**
 * Behind the gate's lock, which the end of a tenant takes too: whoever began before it would open the gate above heads that
 * are being made, or move a position that counts anew, and what Forge has written since would never come back.
 */
async function insistOwn(
  client: ClientBase,
  { tenant, group }: Scope,
  incarnation: number,
): Promise<void> {
  const other = await client.query(
    `select 1 from mig_tenant where tenant = $1 and grp = $2
       and (incarnation <> $3 or condition = 'terminated')`,
    [tenant, group, incarnation],
  );
  if (other.rowCount === 0) return;
  throw new LayerError('stage.unexpected', 'the tenant was ended since this began');
}

async function dirtyCount(pool: Pool, scope: Scope): Promise<number> {
  const found = await pool.query<{ count: number }>(
    'select count(*)::int as count from mig_dirty where tenant = $1 and grp = $2',
    [scope.tenant, scope.group],
  );
  return found.rows[0]?.count ?? 0;
}

async function cleanPass(
  pool: Pool,
  scope: Scope,
  incarnation: number,
  epoch: number,
): Promise<string | undefined> {
  const pass = await pool.query<{ pass_id: string }>(
    'select pass_id from mig_clean_pass($1, $2, $3, $4)',
    [scope.tenant, scope.group, incarnation, epoch],
  );
  return pass.rows[0]?.pass_id;
}
