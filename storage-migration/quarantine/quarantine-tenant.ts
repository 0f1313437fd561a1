import type { ClientBase, Pool } from 'pg';
import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Scope } from '../terms.ts';
import type { HeldRecord } from './held-record.ts';

export interface Quarantine {
  /** Stored and shown: an error code and a sentence. */
  readonly reason: string;
  readonly who: string;
  /** Records that nobody may write until somebody has decided. */
  readonly held?: readonly HeldRecord[];
  /** Also stop the app's writes in Postgres, because it may not be the authority. (Default: false) */
  readonly closeGate?: boolean;
}

/** Milliseconds that the close waits for open transactions. */
const CLOSE_MS = 10_000;

/**
 * Stops a tenant until a person decides: workers leave it alone, the records named are written by nobody, and with
 * `closeGate` Postgres takes no write of it at all. One transaction, one audit row. May be repeated: more records are added,
 * the first reason stays. A terminated tenant stays terminated.
 */
export async function quarantineTenant(
  pool: Pool,
  scope: Scope,
  { reason, who, held = [], closeGate = false }: Quarantine,
): Promise<void> {
  const { tenant, group } = scope;
  await inTransaction(pool, async (client) => {
    if (closeGate) {
      await client.query(`select set_config('lock_timeout', $1, true)`, [`${CLOSE_MS}ms`]);
      await client.query(
        `select mig_close_gate($1, $2, epoch) from mig_gate where tenant = $1 and grp = $2`,
        [tenant, group],
      );
    }
    await hold(client, scope, held);
    const changed = await client.query(
      `update mig_tenant
       set condition = 'quarantined', condition_reason = $3, row_version = row_version + 1
       where tenant = $1 and grp = $2 and coalesce(condition, '') not in ('quarantined', 'terminated')`,
      [tenant, group, reason],
    );
    if (changed.rowCount === 1) {
      await appendAudit(client, { ...scope, who, action: 'quarantined', reason });
    }
  });
}

/** Adds to what is held, in the caller's transaction. What is held already stays as it was found. */
export async function hold(
  client: ClientBase,
  { tenant, group }: Scope,
  held: readonly HeldRecord[],
): Promise<void> {
  if (held.length === 0) return;
  await client.query(
    `insert into mig_quarantine
       (tenant, grp, key, code, here_epoch, here_n, here_deleted, there_epoch, there_n, there_deleted)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::int[], $6::bigint[], $7::boolean[],
       $8::int[], $9::bigint[], $10::boolean[])
     on conflict (tenant, grp, key) do nothing`,
    [
      ...[tenant, group, held.map(({ key }) => key), held.map(({ code }) => code)],
      held.map(({ here }) => here?.version.e ?? null),
      held.map(({ here }) => here?.version.n ?? null),
      held.map(({ here }) => here?.deleted ?? null),
      held.map(({ there }) => there?.version.e ?? null),
      held.map(({ there }) => there?.version.n ?? null),
      held.map(({ there }) => there?.deleted ?? null),
    ],
  );
}
