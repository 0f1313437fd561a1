import type { ClientBase, Pool } from 'pg';
import { LayerError } from '../../errors.ts';
import type { Stranded, SurvivingSide } from '../../handover/operations-side.ts';
import type { Scope, Stage } from '../../terms.ts';
import { appendAudit } from '../audit.ts';
import { inTransaction } from '../transaction.ts';

/** See `SurvivingSide`. */
export function survivingSide(pool: Pool, scope: Scope): SurvivingSide {
  const own = [scope.tenant, scope.group];
  return {
    async loss() {
      const epochs = await pool.query<{ epoch: number; at: Date | null }>(
        `select greatest(
           coalesce((select epoch from mig_gate where tenant = $1 and grp = $2), 1),
           coalesce((select max(seen_epoch) from mig_racked where tenant = $1 and grp = $2), 1)) as epoch,
           (select at from mig_look where tenant = $1 and grp = $2) as at`,
        own,
      );
      const behind = await pool.query<{ bucket: number; entries: number }>(
        // A head that was last seen at the gate's epoch was with Postgres then: its seq counted sends.
        `select r.bucket, (r.seen_seq - r.seq)::int as entries
         from mig_racked r join mig_gate g using (tenant, grp)
         where tenant = $1 and grp = $2 and r.seen_epoch > g.epoch and r.seen_seq > r.seq order by bucket`,
        own,
      );
      const found = epochs.rows[0];
      return { epoch: found?.epoch ?? 1, buckets: behind.rows, lastLook: found?.at ?? null };
    },
    survive: (change) =>
      inTransaction(pool, async (client) => {
        const { epoch, to, condition, conditionReason, isForced, who, action } = change;
        if (change.whileOpen) await insistOpen(client, scope);
        if (epoch !== null) {
          const opened = await client.query<{ opened: boolean }>(
            'select mig_open_gate($1, $2, $3) as opened',
            [...own, epoch],
          );
          if (opened.rows[0]?.opened !== true) {
            throw new LayerError('plan.stale', `the gate has been at epoch ${epoch} meanwhile`);
          }
        }
        const before = await client.query<{ stage: Stage }>(
          'select stage from mig_tenant where tenant = $1 and grp = $2 for update',
          own,
        );
        if (epoch !== null) await client.query(UNDO_LOST_DELETES, own);
        await client.query(
          `update mig_tenant
           set stage = $3, condition = $4, condition_reason = $5, op_id = gen_random_uuid(),
               forced_at = case when $6 then now() else forced_at end,
               row_version = row_version + 1
           where tenant = $1 and grp = $2`,
          [...own, to, condition, conditionReason, isForced && condition === 'quarantined'],
        );
        if (condition === 'terminated') {
          // Nobody is left to decide against: what Postgres holds counts, and users may write it again.
          await client.query('delete from mig_quarantine where tenant = $1 and grp = $2', own);
          await client.query('delete from mig_stopped where tenant = $1 and grp = $2', own);
        }
        const from = before.rows[0]?.stage;
        await appendAudit(client, {
          ...{ ...scope, who, action, to, forced: isForced },
          ...(from === undefined ? {} : { from }),
          ...{ evidence: change.evidence, reason: change.reason },
        });
      }),
    strand: (bucket, position, records, who) =>
      inTransaction(pool, (client) => strand(client, scope, bucket, position, records, who)),
    endForced: (who) =>
      inTransaction(pool, async (client) => {
        const ended = await client.query<{ held: boolean }>(
          `update mig_tenant t set forced_at = null, row_version = row_version + 1,
             condition = case when h.held or condition <> 'quarantined' then condition end,
             condition_reason = case when h.held or condition <> 'quarantined' then condition_reason end
           from (select exists (
             select 1 from mig_quarantine where tenant = $1 and grp = $2) as held) h
           where t.tenant = $1 and t.grp = $2 and t.forced_at is not null returning h.held`,
          own,
        );
        const held = ended.rows[0]?.held;
        if (held === undefined) return;
        const evidence = held ? 'records are held' : 'nothing was left at Forge';
        await appendAudit(client, { ...scope, who, action: 'forge-back', evidence });
      }),
  };
}

/** An erasure whose delete is lost with what Forge had would wait for it for ever, and the record would stay. */
const UNDO_LOST_DELETES = `
  update mig_erasure_key k set epoch = null, n = null
  from mig_erasure e
  where e.erasure_id = k.erasure_id and e.tenant = $1 and e.grp = $2 and e.reported is null
    and k.epoch is not null
    and not exists (select 1 from mig_ver v where v.tenant = $1 and v.grp = $2 and v.key = k.key
                    and (v.epoch, v.n) >= (k.epoch, k.n))`;

/** Under the gate's lock, so that nobody closes it before this transaction ends. */
async function insistOpen(client: ClientBase, { tenant, group }: Scope): Promise<void> {
  await client.query('select pg_advisory_xact_lock(mig_gate_lock($1, $2))', [tenant, group]);
  const closed = await client.query(
    `select 1 from mig_gate where tenant = $1 and grp = $2 and gate = 'closed'`,
    [tenant, group],
  );
  if (closed.rowCount === 0) return;
  throw new LayerError('plan.stale', 'the gate was closed meanwhile: somebody hands over');
}

async function strand(
  client: ClientBase,
  { tenant, group }: Scope,
  bucket: number,
  position: number,
  records: readonly Stranded[],
  who: string,
): Promise<void> {
  if (records.length > 0) {
    await client.query(
      `insert into mig_quarantine
         (tenant, grp, key, code, here_epoch, here_n, here_deleted, there_epoch, there_n, there_deleted)
       select $1, $2, * from unnest($3::text[], $4::text[], $5::int[], $6::bigint[], $7::boolean[],
         $8::int[], $9::bigint[], $10::boolean[])
       on conflict (tenant, grp, key) do nothing`,
      [
        ...[tenant, group, records.map(({ key }) => key)],
        records.map(({ here, there }) =>
          here === null || here.version.e <= there.version.e ? 'target.ahead' : 'authority.double',
        ),
        records.map(({ here }) => here?.version.e ?? null),
        records.map(({ here }) => here?.version.n ?? null),
        records.map(({ here }) => here?.deleted ?? null),
        records.map(({ there }) => there.version.e),
        records.map(({ there }) => there.version.n),
        records.map(({ there }) => there.deleted),
      ],
    );
    const evidence = `${records.length} records of bucket ${bucket}`;
    await appendAudit(client, { tenant, group, who, action: 'stranded', evidence });
  }
  await client.query(
    `update mig_racked set seq = greatest(seq, $4) where tenant = $1 and grp = $2 and bucket = $3`,
    [tenant, group, bucket, position],
  );
}
