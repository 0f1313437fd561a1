import type { Pool } from 'pg';
import type { Acknowledged, Ledger, Seen } from '../copy/source.ts';
import type { Scope } from '../terms.ts';

/**
 * One statement, because an acknowledgement follows every transaction on Forge, and one that does not wait for the disk: an
 * acknowledgement that a crash takes back is the same as a process that died before it, and the record is sent again. One
 * of an earlier incarnation says nothing about this target and changes nothing. Rows are locked by key first and filtered
 * afterwards: the planner then sees a handful of rows, not a join worth compiling.
 */
const ACKNOWLEDGE = `
  with quick as materialized (select set_config('synchronous_commit', 'off', true)),
  own as materialized (
    select 1 from quick, mig_tenant where tenant = $1 and grp = $2 and incarnation = $8),
  a as materialized (
    select * from unnest($3::text[], $4::int[], $5::bigint[], $6::text[]) as u(key, e, n, h)
    where exists (select 1 from own)),
  dirty as materialized (
    select key, epoch, n from mig_dirty
    where tenant = $1 and grp = $2 and key = any($3) order by key for update skip locked),
  clean as (
    delete from mig_dirty d using dirty f, a
    where d.tenant = $1 and d.grp = $2 and d.key = f.key and a.key = f.key and a.e = f.epoch and a.n = f.n
    returning 1),
  versions as materialized (
    select key, epoch, n from mig_ver
    where tenant = $1 and grp = $2 and key = any($3) order by key for update skip locked),
  hashed as (
    update mig_ver v set h = ('x' || a.h)::bit(128), h_epoch = a.e, h_n = a.n, h_mapv = $7
    from versions f, a
    where v.tenant = $1 and v.grp = $2 and v.key = f.key and a.key = f.key and a.e = f.epoch and a.n = f.n),
  fitting as (
    delete from mig_set_aside s using a
    where s.tenant = $1 and s.grp = $2 and s.key = a.key and (s.epoch, s.n) <= (a.e, a.n)),
  racked as (
    insert into mig_racked as r (tenant, grp, bucket, seen_epoch, seen_seq, bf_slot, bf_key, bf_done)
    select $1, $2, $9, $10, $11, $12, $13, $14 where exists (select 1 from own)
    on conflict (tenant, grp, bucket) do update
      set seen_epoch = excluded.seen_epoch, seen_seq = excluded.seen_seq,
          bf_slot = excluded.bf_slot, bf_key = excluded.bf_key, bf_done = excluded.bf_done
      where (r.seen_epoch, r.seen_seq) < (excluded.seen_epoch, excluded.seen_seq))
  select count(*)::int as cleared from clean`;

/**
 * Outcomes of sending, in Postgres. Rows that an open transaction of the app holds are skipped, never waited for: its
 * commit gives them a newer version anyway, and a user's transaction must not meet a deadlock with the copier.
 */
export class PostgresLedger implements Ledger {
  readonly #pool: Pool;
  readonly #scope: Scope;
  readonly #incarnation: number;
  readonly #mapping: number;

  constructor(pool: Pool, scope: Scope, incarnation: number, mapping: number) {
    this.#pool = pool;
    this.#scope = scope;
    this.#incarnation = incarnation;
    this.#mapping = mapping;
  }

  async acknowledge(bucket: number, items: readonly Acknowledged[], seen: Seen): Promise<number> {
    const { tenant, group } = this.#scope;
    const done = await this.#pool.query<{ cleared: number }>(ACKNOWLEDGE, [
      tenant,
      group,
      items.map((item) => item.key),
      items.map((item) => item.version.e),
      items.map((item) => item.version.n),
      items.map((item) => item.hash),
      this.#mapping,
      this.#incarnation,
      bucket,
      seen.epoch,
      seen.seq,
      ...cursorColumns(seen.cursor),
    ]);
    return done.rows[0]?.cleared ?? 0;
  }

  async present(
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly e: number; readonly n: number }>> {
    const found = await this.#pool.query<{ key: string; epoch: number; n: string }>(
      'select key, epoch, n from mig_ver where tenant = $1 and grp = $2 and key = any($3)',
      [this.#scope.tenant, this.#scope.group, keys],
    );
    return new Map(found.rows.map(({ key, epoch, n }) => [key, { e: epoch, n: Number(n) }]));
  }

  async setAside(
    items: readonly {
      key: string;
      version: { e: number; n: number };
      code: string;
      reason: string;
    }[],
  ): Promise<void> {
    await this.#pool.query(
      `insert into mig_set_aside as s (tenant, grp, key, epoch, n, code, reason)
       select $1, $2, a.key, a.e, a.n, a.code, a.reason
       from unnest($3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[]) as a(key, e, n, code, reason)
       on conflict (tenant, grp, key) do update
         set epoch = excluded.epoch, n = excluded.n, code = excluded.code, reason = excluded.reason, at = now()
         where (s.epoch, s.n) <= (excluded.epoch, excluded.n)`,
      [
        this.#scope.tenant,
        this.#scope.group,
        items.map((item) => item.key),
        items.map((item) => item.version.e),
        items.map((item) => item.version.n),
        items.map((item) => item.code),
        items.map((item) => item.reason),
      ],
    );
  }
}

function cursorColumns(cursor: Seen['cursor']): [number | null, string | null, boolean] {
  return cursor.at === 'key' ? [cursor.slot, cursor.key, false] : [null, null, cursor.at === 'end'];
}
