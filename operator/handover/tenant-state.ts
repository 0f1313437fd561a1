import type { Scope } from 'crossgrade';
import { reverseLag } from 'crossgrade/live';
import { countHeld } from 'crossgrade/quarantine';
import type { Operator } from './operator.ts';
import type { TenantFacts } from './tenant-facts.ts';

/** What a plan counts and asks for, without touching anything. */
export interface TenantState {
  readonly dirty: number;
  /** Milliseconds that the oldest dirty record has waited; 0 when none has. */
  readonly dirtyMs: number;
  readonly setAside: number;
  /** Log entries that are known and not back in Postgres. */
  readonly behind: number;
  readonly hasToken: boolean;
  /** Of the newest clean scrub of the last 24 hours at this epoch. */
  readonly passAt: Date | null;
  /** Kind of the operation that somebody holds. */
  readonly busy: string | null;
  /** Records that wait for a person's decision. */
  readonly held: number;
}

/** Reads it. */
export async function readState(
  { pool, config }: Operator,
  scope: Scope,
  { row, epoch }: TenantFacts,
): Promise<TenantState> {
  const found = await pool.query<{
    dirty: number;
    waited: number;
    aside: number;
    pass_at: Date | null;
    busy: string | null;
  }>(
    `select d.dirty, d.waited,
            (select count(*) from mig_set_aside where tenant = $1 and grp = $2)::int as aside,
            (select at from mig_clean_pass($1, $2, $3, $4)) as pass_at,
            (select kind from mig_op where tenant = $1 and grp = $2 and ended is null
               and lease_until > now() limit 1) as busy
     from (select count(*)::int as dirty,
             coalesce(extract(epoch from now() - min(since)) * 1000, 0)::float8 as waited
           from mig_dirty where tenant = $1 and grp = $2) d`,
    [scope.tenant, scope.group, row.incarnation, epoch],
  );
  const counts = found.rows[0];
  return {
    dirty: counts?.dirty ?? 0,
    dirtyMs: counts?.waited ?? 0,
    setAside: counts?.aside ?? 0,
    behind: await reverseLag(pool, scope),
    hasToken: (await config.systemToken(pool, row.installation_id)) !== undefined,
    passAt: counts?.pass_at ?? null,
    busy: counts?.busy ?? null,
    held: await countHeld(pool, scope),
  };
}
