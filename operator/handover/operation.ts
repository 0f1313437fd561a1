import { randomUUID } from 'node:crypto';
import { LayerError, type Scope } from 'crossgrade';
import { inTransaction } from 'crossgrade/postgres';
import type { Pool } from 'pg';
import type { CommandInput } from './command-definition.ts';
import type { Command } from './commands.ts';
import { readFacts } from './tenant-facts.ts';
import { planHash } from './plan-hash.ts';

/** Milliseconds a process may be silent before its operation counts as left; as long as a hand-over may hold writers. */
const LEASE_MS = 10_000;

/** An operation that this process holds. */
export interface Operation {
  readonly opId: string;
  /** Grows with each operation of the tenant: an older holder can not extend its lease or end a newer one. */
  readonly fencingToken: bigint;
  /** Ends it, with what became of it. The lease goes with it. */
  end(step: string): Promise<void>;
}

export interface OperationRequest {
  readonly command: Command;
  readonly expectEpoch: number;
  /** Undefined: only the epoch is compared. */
  readonly expectHash: string | undefined;
  readonly input: CommandInput;
}

/**
 * Begins an operation if the tenant is still what the plan saw, and nobody else is at work on it. What protects the data is
 * the compare-and-set on the heads; this row says who is at work, and lets others see when a process has died. Throws
 * `plan.stale`.
 */
export async function beginOperation(
  pool: Pool,
  scope: Scope,
  { command, expectEpoch, expectHash, input }: OperationRequest,
): Promise<Operation> {
  const opId = randomUUID();
  const fencingToken = await inTransaction(pool, async (client) => {
    await client.query('select 1 from mig_tenant where tenant = $1 and grp = $2 for update', [
      scope.tenant,
      scope.group,
    ]);
    const facts = await readFacts(client, scope);
    const running = await client.query<{ kind: string }>(
      `select kind from mig_op
       where tenant = $1 and grp = $2 and ended is null and lease_until > now()`,
      [scope.tenant, scope.group],
    );
    const busy = running.rows[0];
    if (busy !== undefined) {
      throw new LayerError('plan.stale', `${busy.kind} is at work on this tenant`);
    }
    if (facts.epoch !== expectEpoch) {
      throw new LayerError(
        'plan.stale',
        `the plan is for epoch ${expectEpoch}, the tenant is at ${facts.epoch}`,
      );
    }
    const hash = planHash(command, facts, input);
    if (expectHash !== undefined && expectHash !== hash) {
      throw new LayerError('plan.stale', `the plan ${expectHash} is not the present one`);
    }
    await client.query(
      `update mig_op set ended = now(), step = 'abandoned'
       where tenant = $1 and grp = $2 and ended is null`,
      [scope.tenant, scope.group],
    );
    const made = await client.query<{ fencing_token: string }>(
      `insert into mig_op
         (op_id, tenant, grp, kind, expected_epoch, plan_hash, lease_until, fencing_token, step)
       select $1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7),
              coalesce(max(fencing_token), 0) + 1, 'begun'
       from mig_op where tenant = $2 and grp = $3
       returning fencing_token`,
      [opId, scope.tenant, scope.group, command, expectEpoch, hash, LEASE_MS / 1_000],
    );
    await client.query(
      `update mig_tenant set row_version = row_version + 1 where tenant = $1 and grp = $2`,
      [scope.tenant, scope.group],
    );
    return BigInt(made.rows[0]?.fencing_token ?? 0);
  });
  const renewal = setInterval(() => {
    pool
      .query(
        `update mig_op set lease_until = now() + make_interval(secs => $2)
         where op_id = $1 and ended is null and fencing_token = $3`,
        [opId, LEASE_MS / 1_000, fencingToken],
      )
      // Not renewed in time: others may take it for dead and undo it, which is safe.
      .catch(() => undefined);
  }, LEASE_MS / 4);
  renewal.unref();
  return {
    opId,
    fencingToken,
    async end(step) {
      clearInterval(renewal);
      await pool.query(
        `update mig_op set ended = now(), step = $2, lease_until = null
         where op_id = $1 and ended is null and fencing_token = $3`,
        [opId, step, fencingToken],
      );
    },
  };
}

/** Whether an operation of this kind, planned for this epoch, was carried out before: then repeating it is no mistake. */
export async function wasDone(
  pool: Pool,
  scope: Scope,
  command: Command,
  expectEpoch: number,
): Promise<boolean> {
  const found = await pool.query(
    `select 1 from (
       select kind, expected_epoch, step from mig_op where tenant = $1 and grp = $2 and ended is not null
       order by fencing_token desc limit 1) o
     where o.kind = $3 and o.expected_epoch = $4 and o.step = 'done'`,
    [scope.tenant, scope.group, command, expectEpoch],
  );
  return found.rowCount === 1;
}
