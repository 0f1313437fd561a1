import type { Pool } from 'pg';
import type { Head } from '../bucket/head.ts';
import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Scope } from '../terms.ts';
import type { HeldRecord } from './held-record.ts';
import type { Decider } from './decide.ts';
import { hold } from './quarantine-tenant.ts';

export interface HeadsGoneBack {
  /** As they stand now. */
  readonly heads: ReadonlyMap<number, Head>;
  /** Records that Forge does not hold as Postgres last knew it. */
  readonly keys: ReadonlySet<string>;
  /** Of them, those that are not sent before a person has decided. */
  readonly held: readonly HeldRecord[];
  readonly by: Decider;
}

/**
 * Postgres' notes follow the heads back: what was seen, where the copy stands, and what is dirty. Where a cursor went back the
 * copy begins there again, and where Forge was the authority verification begins anew. One transaction with its audit row.
 * Returns how many records are dirty because of it.
 */
export async function followHeadsBack(
  pool: Pool,
  scope: Scope,
  { heads, keys, held, by }: HeadsGoneBack,
): Promise<number> {
  const { tenant, group } = scope;
  const all = [...heads];
  const isHeld = new Set(held.map(({ key }) => key));
  return inTransaction(pool, async (client) => {
    await hold(client, scope, held);
    await client.query(
      `update mig_racked r
       set seen_epoch = h.epoch, seen_seq = h.seq, seq = 0, scrubbed_at = null,
           bf_slot = h.slot, bf_key = h.key, bf_done = h.done
       from unnest($3::int[], $4::int[], $5::bigint[], $6::int[], $7::text[], $8::boolean[])
         as h(bucket, epoch, seq, slot, key, done)
       where r.tenant = $1 and r.grp = $2 and r.bucket = h.bucket`,
      [
        ...[tenant, group, all.map(([bucket]) => bucket)],
        ...[all.map(([, head]) => head.epoch), all.map(([, head]) => head.seq)],
        all.map(([, { bf }]) => (bf.at === 'key' ? bf.slot : null)),
        all.map(([, { bf }]) => (bf.at === 'key' ? bf.key : null)),
        all.map(([, { bf }]) => bf.at === 'end'),
      ],
    );
    const dirty = await client.query(
      `insert into mig_dirty (tenant, grp, key, epoch, n)
       select tenant, grp, key, epoch, n from mig_ver
       where tenant = $1 and grp = $2 and key = any($3) order by key
       on conflict (tenant, grp, key) do nothing`,
      [tenant, group, [...keys].filter((key) => !isHeld.has(key))],
    );
    const records = dirty.rowCount ?? 0;
    await client.query(
      `update mig_tenant set stage = $3, row_version = row_version + 1 where tenant = $1 and grp = $2`,
      [tenant, group, all.some(([, { bf }]) => bf.at !== 'end') ? 'copy' : 'verify'],
    );
    await appendAudit(client, {
      ...{ ...scope, ...by, action: 'resend' },
      evidence: `${records} records are sent again, ${held.length} are held`,
    });
    return records;
  });
}
