import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Scope, Stage } from '../terms.ts';

export interface AuditEntry extends Scope {
  /** Who did it: an operator's name, or the process that acted by rule. */
  readonly who: string;
  readonly action: string;
  readonly from?: Stage;
  readonly to?: Stage;
  /** For instance the id of the pass that allowed it. */
  readonly evidence?: string;
  readonly reason?: string;
  readonly forced?: boolean;
}

const GENESIS = '0'.repeat(64);
/** Appends queue on this lock so that each row follows the one before it. */
const AUDIT_LOCK = 7_311_403;

/** Appends a row to the hash chain in the caller's transaction, so that the row and what it tells stand or fall together. */
export async function appendAudit(client: ClientBase, entry: AuditEntry): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  const last = await client.query<{ hash: string }>(
    'select hash from mig_audit order by id desc limit 1',
  );
  const previous = last.rows[0]?.hash ?? GENESIS;
  await client.query(
    `insert into mig_audit
       (tenant, grp, who, action, from_stage, to_stage, evidence, reason, forced, previous_hash, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      entry.tenant,
      entry.group,
      entry.who,
      entry.action,
      entry.from ?? null,
      entry.to ?? null,
      entry.evidence ?? null,
      entry.reason ?? null,
      entry.forced ?? false,
      previous,
      auditHash(previous, entry),
    ],
  );
}

/** The first broken row of the chain, or undefined when every row follows from the one before it. */
export async function findBrokenAudit(client: ClientBase): Promise<string | undefined> {
  const rows = await client.query<{
    id: string;
    tenant: string;
    grp: string;
    who: string;
    action: string;
    from_stage: Stage | null;
    to_stage: Stage | null;
    evidence: string | null;
    reason: string | null;
    forced: boolean;
    previous_hash: string;
    hash: string;
  }>('select * from mig_audit order by id');
  let previous = GENESIS;
  for (const row of rows.rows) {
    const entry: AuditEntry = {
      tenant: row.tenant,
      group: row.grp,
      who: row.who,
      action: row.action,
      forced: row.forced,
      ...(row.from_stage === null ? {} : { from: row.from_stage }),
      ...(row.to_stage === null ? {} : { to: row.to_stage }),
      ...(row.evidence === null ? {} : { evidence: row.evidence }),
      ...(row.reason === null ? {} : { reason: row.reason }),
    };
    if (row.previous_hash !== previous || row.hash !== auditHash(previous, entry)) return row.id;
    previous = row.hash;
  }
  return undefined;
}

function auditHash(previous: string, entry: AuditEntry): string {
  const { tenant, group, who, action, from, to, evidence, reason, forced } = entry;
  const parts = [previous, tenant, group, who, action, from, to, evidence, reason, forced ?? false];
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('hex');
}
