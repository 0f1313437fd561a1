import type { Pool } from 'pg';
import type { Condition, Stage } from '../terms.ts';
import { readTenant } from './tenant-row.ts';

/** Where a tenant stands, from exact counts. */
export interface TenantProgress {
  readonly stage: Stage;
  readonly condition: Condition | null;
  readonly conditionReason: string | null;
  /** Live records. */
  readonly recordsTotal: number;
  /** Live records whose present version the target has acknowledged. */
  readonly recordsCopied: number;
  /** Versions not yet acknowledged, tombstones included, records set aside left out. */
  readonly dirty: number;
  /** Of the last verification that ended; null when none has. */
  readonly differences: number | null;
  readonly startedAt: Date | null;
  readonly lastCheckedAt: Date | null;
  /** From the rate so far; null before five per cent. */
  readonly expectedEndAt: Date | null;
  readonly setAside: readonly {
    readonly key: string;
    readonly code: string;
    readonly reason: string;
  }[];
}

/** Reads a tenant's progress. Costs one pass over the tenant's versions: for people and status lines, not for requests. */
export async function tenantProgress(
  pool: Pool,
  tenant: string,
  group: string,
): Promise<TenantProgress> {
  const row = await readTenant(pool, { tenant, group });
  const counts = await pool.query<{ total: string; copied: string; dirty: string }>(
    `select count(*) filter (where not v.deleted) as total,
            count(*) filter (where not v.deleted and v.h_epoch = v.epoch and v.h_n = v.n
              and d.key is null) as copied,
            count(d.key) filter (where s.key is null) as dirty
     from mig_ver v
     left join mig_dirty d on d.tenant = v.tenant and d.grp = v.grp and d.key = v.key
     left join mig_set_aside s on s.tenant = v.tenant and s.grp = v.grp and s.key = v.key
       and (s.epoch, s.n) = (v.epoch, v.n)
     where v.tenant = $1 and v.grp = $2`,
    [tenant, group],
  );
  const aside = await pool.query<{ key: string; code: string; reason: string }>(
    'select key, code, reason from mig_set_aside where tenant = $1 and grp = $2 order by key limit 1000',
    [tenant, group],
  );
  const pass = await pool.query<{ ended: Date; differences: number }>(
    `select ended, differences from mig_pass
     where tenant = $1 and grp = $2 and ended is not null and result <> 'abandoned'
     order by started desc limit 1`,
    [tenant, group],
  );
  const [total, copied] = [Number(counts.rows[0]?.total ?? 0), Number(counts.rows[0]?.copied ?? 0)];
  return {
    stage: row?.stage ?? 'off',
    condition: row?.condition ?? null,
    conditionReason: row?.condition_reason ?? null,
    recordsTotal: total,
    recordsCopied: row === undefined ? 0 : copied,
    dirty: Number(counts.rows[0]?.dirty ?? 0),
    differences: pass.rows[0]?.differences ?? null,
    startedAt: row?.enrolled_at ?? null,
    lastCheckedAt: pass.rows[0]?.ended ?? null,
    expectedEndAt:
      row?.stage === 'copy' ? expectedEnd(row.enrolled_at, copied, total, new Date()) : null,
    setAside: aside.rows,
  };
}

/** Straight-line forecast; nothing is said before one twentieth is done. */
export function expectedEnd(started: Date, copied: number, total: number, now: Date): Date | null {
  if (total === 0 || copied / total < 0.05) return null;
  const spent = now.getTime() - started.getTime();
  return new Date(started.getTime() + (spent * total) / copied);
}
