import { createHash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { Scope, Version } from '../terms.ts';

/** Why a record is held; the same names as the error codes. */
export type HeldCode = 'target.ahead' | 'split_brain' | 'authority.double';

/** A version as one side holds it. */
export interface Side {
  readonly version: Version;
  readonly deleted: boolean;
}

/** A record that nobody writes until a person has decided. `null`: that side knows nothing of it. */
export interface HeldRecord {
  readonly key: string;
  readonly code: HeldCode;
  /** Postgres. */
  readonly here: Side | null;
  /** Forge. */
  readonly there: Side | null;
}

interface Row {
  key: string;
  code: HeldCode;
  here_epoch: number | null;
  here_n: string | null;
  here_deleted: boolean | null;
  there_epoch: number | null;
  there_n: string | null;
  there_deleted: boolean | null;
}

/** The records of a tenant that wait for a decision, by key. Versions as they were when each was found; no values. */
export async function heldRecords(
  db: Pool | ClientBase,
  { tenant, group }: Scope,
): Promise<readonly HeldRecord[]> {
  const found = await db.query<Row>(
    'select * from mig_quarantine where tenant = $1 and grp = $2 order by key',
    [tenant, group],
  );
  return found.rows.map((row) => ({
    key: row.key,
    code: row.code,
    here: sideOf(row.here_epoch, row.here_n, row.here_deleted),
    there: sideOf(row.there_epoch, row.there_n, row.there_deleted),
  }));
}

/** How many wait for a decision. */
export async function countHeld(db: Pool | ClientBase, { tenant, group }: Scope): Promise<number> {
  const found = await db.query<{ count: number }>(
    'select count(*)::int as count from mig_quarantine where tenant = $1 and grp = $2',
    [tenant, group],
  );
  return found.rows[0]?.count ?? 0;
}

/**
 * Names a record's versions as they are now, `there` at Forge, where one of them is held otherwise: whoever looks next is shown
 * these. Nothing happens for a record that is not held.
 */
export async function holdAnew(
  pool: Pool,
  { tenant, group }: Scope,
  key: string,
  there: Side | null,
): Promise<void> {
  await pool.query(
    `update mig_quarantine q
     set here_epoch = v.epoch, here_n = v.n, here_deleted = v.deleted,
         there_epoch = $4, there_n = $5, there_deleted = $6
     from (select 1) one left join mig_ver v on v.tenant = $1 and v.grp = $2 and v.key = $3
     where q.tenant = $1 and q.grp = $2 and q.key = $3`,
    [tenant, group, key, there?.version.e, there?.version.n, there?.deleted],
  );
}

/** A short mark of what was listed: a decision names it, so that nobody decides about something else than was shown. */
export function markOf(held: readonly HeldRecord[]): string {
  const shown = held.map(({ key, here, there }) => [key, sideText(here), sideText(there)]);
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 12);
}

/** A side as it is listed. */
export function sideText(side: Side | null): string {
  if (side === null) return 'nothing';
  const { version, deleted } = side;
  return `(${version.e}, ${version.n})${deleted ? ' deleted' : ''}`;
}

function sideOf(epoch: number | null, n: string | null, deleted: boolean | null): Side | null {
  if (epoch === null || n === null) return null;
  return { version: { e: epoch, n: Number(n) }, deleted: deleted === true };
}
