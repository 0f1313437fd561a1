import type { Pool } from 'pg';
import type { HandoverContext } from '../../handover/handover-context.ts';
import type { OperationsContext, OperationsSide } from '../../handover/operations-side.ts';
import { LayerError } from '../../errors.ts';
import { readTenant } from '../tenant-row.ts';
import { erasingSide } from './erasing.ts';
import { sealingSide } from './sealing.ts';
import { survivingSide } from './surviving.ts';

/** Adds what finalize, erase, terminate and the forced failover need of a real Postgres. */
export function withOperations(pool: Pool, handover: HandoverContext): OperationsContext {
  const { scope, group, send } = handover;
  const { buckets, tenantKey } = send.scope;
  const operations: OperationsSide = {
    async standing() {
      const row = await readTenant(pool, scope);
      if (row === undefined) throw new LayerError('stage.unexpected', 'the tenant is not enrolled');
      return {
        ...{ stage: row.stage, condition: row.condition },
        isSealing: row.sealing_since !== null,
        isSwept: row.swept_at !== null,
        isForced: row.forced_at !== null,
      };
    },
    ...sealingSide(pool, scope, buckets),
    ...erasingSide({ pool, scope, group, tenantKey }),
    ...survivingSide(pool, scope),
  };
  return { ...handover, operations };
}
