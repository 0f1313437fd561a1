import type { Pool } from 'pg';
import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Scope } from '../terms.ts';
import type { ShadowReport } from './read-both.ts';
import type { ShadowOutcome } from './shadow-reader.ts';

/** Outcomes of comparisons, those that never occurred left out. */
export type ShadowTally = Readonly<Partial<Record<ShadowOutcome, number>>>;

/** Adds to a tenant's counts of the present hour, and forgets those of last week. */
export async function addShadowTally(
  pool: Pool,
  { tenant, group }: Scope,
  tally: ShadowTally,
): Promise<void> {
  const counted = Object.entries(tally).filter(([, seen]) => seen > 0);
  if (counted.length === 0) return;
  await pool.query(
    `insert into mig_shadow as s (tenant, grp, hour, outcome, seen)
     select $1, $2, date_trunc('hour', now()), t.outcome, t.seen
     from unnest($3::text[], $4::bigint[]) t (outcome, seen) order by t.outcome
     on conflict (tenant, grp, hour, outcome) do update set seen = s.seen + excluded.seen`,
    [tenant, group, counted.map(([outcome]) => outcome), counted.map(([, seen]) => seen)],
  );
  await pool.query(
    `delete from mig_shadow where tenant = $1 and grp = $2 and hour < now() - interval '7 days'`,
    [tenant, group],
  );
}

/** What the comparisons of the last day came to. */
export async function shadowTally(pool: Pool, { tenant, group }: Scope): Promise<ShadowTally> {
  const found = await pool.query<{ outcome: ShadowOutcome; seen: number }>(
    `select outcome, sum(seen)::float8 as seen from mig_shadow
     where tenant = $1 and grp = $2 and hour > now() - interval '24 hours'
     group by outcome order by outcome`,
    [tenant, group],
  );
  return Object.fromEntries(found.rows.map(({ outcome, seen }) => [outcome, seen]));
}

/**
 * A reader has come upon what no lag explains: the verification that counted until now counts no longer, so that no cut-over
 * rests on it, and everything is read back anew. Resolves with whether there was one; then it stands in the audit too. A
 * verification that has found differences itself stays: it says more than one read does.
 */
export async function voidByShadow(
  pool: Pool,
  scope: Scope,
  report: ShadowReport,
  who: string,
): Promise<boolean> {
  const { tenant, group } = scope;
  return inTransaction(pool, async (client) => {
    const counting = await client.query(
      `select 1 from mig_pass where tenant = $1 and grp = $2 and kind = 'scrub' and not repaired
         and (result = 'clean' or ended is null) limit 1`,
      [tenant, group],
    );
    if (counting.rowCount === 0) return false;
    await client.query('select mig_void_passes($1, $2)', [tenant, group]);
    const { postgres, forge } = report.versions;
    await appendAudit(client, {
      ...{ tenant, group, who, action: 'shadow' },
      reason: `a read found a ${report.type} ${report.class}: verifications are void`,
      evidence:
        `record ${report.record}, authority ${report.authority}, ` +
        `postgres (${postgres.e},${postgres.n}), forge (${forge.e},${forge.n})`,
    });
    return true;
  });
}
