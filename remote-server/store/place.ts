import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/create-database.ts';
import { checklists } from '../records/index.ts';

/**
 * Where a tenant's data is to be looked for, as a statement saw it in the same snapshot as the data:
 * - `postgres`: the gate is open, so what the statement read is current.
 * - `between`: a hand-over is closing in. Nobody writes in Postgres; each bucket is with Postgres or already with Forge.
 * - `forge`: Postgres holds a copy that may be behind.
 */
export type Place = 'postgres' | 'between' | 'forge';

/** Columns that a statement carries along so that its rows and the place are of one snapshot. */
export const placeRow = z.object({
  gate: z.enum(['open', 'closed']).nullable(),
  stage: z.string().nullable(),
});

/** The columns of `placeRow`, for any statement. */
export function placeColumns(tenant: string): RawBuilder<unknown> {
  const of = sql`tenant = ${tenant} and grp = ${checklists.group}`;
  return sql`(select gate from mig_gate where ${of}) as gate,
             (select stage from mig_tenant where ${of}) as stage`;
}

const AT_FORGE = ['live', 'settled', 'rewinding', 'final'];

/** The gate decides; the stage, which follows the heads, only tells what a closed gate means. */
export function placeOf(row: unknown): Place {
  const { gate, stage } = placeRow.parse(row);
  if (gate !== 'closed') return 'postgres';
  if (stage === 'draining') return 'between';
  return AT_FORGE.includes(stage ?? '') ? 'forge' : 'postgres';
}

/** Whether Postgres has the data back, or is about to: who is not yet at work on Forge has nothing to ask there. */
export async function isLeavingForge(db: Database, tenant: string): Promise<boolean> {
  const { rows } = await sql`select ${placeColumns(tenant)}`.execute(db);
  return placeOf(rows[0]) !== 'forge' || placeRow.parse(rows[0]).stage === 'rewinding';
}
