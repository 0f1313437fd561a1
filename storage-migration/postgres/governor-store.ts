import type { Pool } from 'pg';
import { z } from 'zod';
import type { GovernorState } from '../copy/governor.ts';
import type { GovernorStore } from '../copy/unit-account.ts';
import { LayerError } from '../errors.ts';
import { inTransaction } from './transaction.ts';

const budget = z.object({ all: z.number(), capped: z.number() });
const stateSchema = z.object({
  read: budget,
  write: budget,
  at: z.number(),
  blockedUntil: z.number(),
  heldUntil: z.number().optional(),
  easing: z.number(),
});

/**
 * The governor's state of one installation in `mig_quota`, changed under its row lock, so that all processes share one
 * budget. Rejects with `quota.unknown` when Postgres does not answer: copying fails closed.
 */
export function postgresGovernorStore(pool: Pool, installationId: string): GovernorStore {
  return {
    async update(change) {
      try {
        return await inTransaction(pool, async (client) => {
          // The row is everybody's: nobody waits for the disk while holding it. A crash forgives half a second of use.
          await client.query('set local synchronous_commit = off');
          const found = await client.query<{ state: unknown }>(
            'select state from mig_quota where installation_id = $1 for update',
            [installationId],
          );
          const before: GovernorState | undefined =
            found.rows[0] === undefined ? undefined : stateSchema.parse(found.rows[0].state);
          const { state, result } = change(before);
          await client.query(
            `insert into mig_quota (installation_id, state) values ($1, $2)
             on conflict (installation_id) do update set state = excluded.state`,
            [installationId, JSON.stringify(state)],
          );
          return result;
        });
      } catch (cause) {
        throw new LayerError('quota.unknown', 'the quota of this installation can not be read', {
          cause,
        });
      }
    },
  };
}
