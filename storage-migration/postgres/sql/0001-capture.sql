-- Versions, dirty marks and the gate: what has to be there before the first write of the app is captured.
-- Protocol sections 4.1 to 4.4. All tables begin with (tenant, grp): a scope of the protocol.

-- The row that every captured write locks. Nothing else may live here: an update of this row waits for writers and makes
-- writers wait, so the operator's columns are in mig_tenant.
create table mig_gate (
  tenant text not null,
  grp text not null,
  incarnation int not null default 1,
  gate text not null default 'open' check (gate in ('open', 'closed')),
  epoch int not null default 1,
  primary key (tenant, grp)
);

-- One row per record that ever existed, tombstones included. `slot` is the record's place among the largest possible
-- number of buckets; with B buckets (a power of two) its bucket is slot % B, so B can be chosen late and rewrites nothing.
-- `h` is the hash the sender computed for (h_epoch, h_n, h_mapv); for any other version it counts as unknown.
create table mig_ver (
  tenant text not null,
  grp text not null,
  key text collate "C" not null,
  slot smallint not null,
  epoch int not null,
  n bigint not null,
  deleted boolean not null,
  xact xid8 not null,
  h bit(128),
  h_epoch int,
  h_n bigint,
  h_mapv int,
  primary key (tenant, grp, key)
);
create index mig_ver_slot on mig_ver (tenant, grp, slot, key);

-- A set, not a log: the newest version that the target has not acknowledged. A set has no position to lose.
create table mig_dirty (
  tenant text not null,
  grp text not null,
  key text collate "C" not null,
  epoch int not null,
  n bigint not null,
  since timestamptz not null default now(),
  primary key (tenant, grp, key)
);
create index mig_dirty_since on mig_dirty (tenant, grp, since);

-- First four bytes of SHA-256 of the key, unsigned, modulo 4096. storage-migration/bucket/slot.ts computes the same.
create function mig_slot(key text) returns smallint
language sql immutable strict parallel safe as $$
  select ((('x' || encode(substring(sha256(convert_to(key, 'UTF8')) from 1 for 4), 'hex'))::bit(32)::bigint) % 4096)::smallint
$$;

-- Only a lock number: it is never stored, so a hash that may change between versions of Postgres is good enough.
create function mig_gate_lock(tenant text, grp text) returns bigint
language sql immutable strict parallel safe as $$
  select hashtextextended(tenant || chr(31) || grp, 7311402)
$$;

-- Gives the record its next version in the caller's transaction. The advisory lock comes first so that a close of the gate
-- is not overtaken for ever by overlapping writers; the row lock is what makes it safe under REPEATABLE READ.
create function mig_touch(p_tenant text, p_grp text, p_key text, p_deleted boolean) returns void
language plpgsql as $$
declare
  v_epoch int;
  v_n bigint;
begin
  perform pg_advisory_xact_lock_shared(mig_gate_lock(p_tenant, p_grp));
  select epoch into v_epoch from mig_gate
    where tenant = p_tenant and grp = p_grp and gate = 'open' for share;
  if not found then
    insert into mig_gate (tenant, grp) values (p_tenant, p_grp) on conflict do nothing;
    select epoch into v_epoch from mig_gate
      where tenant = p_tenant and grp = p_grp and gate = 'open' for share;
    if not found then
      raise exception 'the gate of group % is closed for this tenant', p_grp
        using errcode = '55006', hint = 'A hand-over is under way: park the request and retry it.';
    end if;
  end if;
  -- One bump per record and transaction is enough; a later touch may only correct `deleted`.
  insert into mig_ver as v (tenant, grp, key, slot, epoch, n, deleted, xact)
    values (p_tenant, p_grp, p_key, mig_slot(p_key), v_epoch, 1, p_deleted, pg_current_xact_id())
    on conflict (tenant, grp, key) do update
      set n = case when v.xact = excluded.xact then v.n else v.n + 1 end,
          epoch = excluded.epoch, deleted = excluded.deleted, xact = excluded.xact
      where v.xact <> excluded.xact or v.deleted <> excluded.deleted
    returning n into v_n;
  if v_n is null then
    return;
  end if;
  insert into mig_dirty as d (tenant, grp, key, epoch, n)
    values (p_tenant, p_grp, p_key, v_epoch, v_n)
    on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n
      where (d.epoch, d.n) is distinct from (excluded.epoch, excluded.n);
end
$$;

create function mig_refuse_truncate() returns trigger
language plpgsql as $$
begin
  raise exception 'truncate of % would bypass the capture of versions', tg_table_name
    using errcode = '55006', hint = 'Delete the rows instead.';
end
$$;

-- Puts one table of the app under capture. The key of the aggregate must stand in the table's own columns: on a cascade a
-- child no longer sees its parent. `deleted` is computed as "the root row is gone" and never set to false by a child.
create function mig_capture(
  p_table regclass, p_grp text, p_record text, p_tenant_column name, p_key_column name,
  p_root regclass, p_root_key_column name
) returns void
language plpgsql as $outer$
declare
  v_function text := format('mig_capture_%s', replace(p_table::text, '.', '_'));
  v_touch text := format(
    $t$perform mig_touch(%%1$s.%1$I, %2$L, %3$L || %%1$s.%4$I::text,
         not exists (select 1 from %5$s r where r.%1$I = %%1$s.%1$I and r.%6$I = %%1$s.%4$I))$t$,
    p_tenant_column, p_grp, p_record || ':', p_key_column, p_root, p_root_key_column);
begin
  execute format(
    $f$
    create or replace function %1$I() returns trigger language plpgsql as $body$
    begin
      if tg_op <> 'INSERT' and old.%4$I is not null then
        %2$s;
      end if;
      if tg_op = 'INSERT' or (tg_op = 'UPDATE'
          and (new.%5$I, new.%4$I) is distinct from (old.%5$I, old.%4$I)) then
        if new.%4$I is not null then
          %3$s;
        end if;
      end if;
      return null;
    end
    $body$
    $f$,
    v_function, format(v_touch, 'old'), format(v_touch, 'new'), p_key_column, p_tenant_column);
  execute format('create trigger mig_capture after insert or update or delete on %s
                  for each row execute function %I()', p_table, v_function);
  -- Plain triggers do not fire under session_replication_role = replica.
  execute format('alter table %s enable always trigger mig_capture', p_table);
  execute format('create trigger mig_no_truncate before truncate on %s
                  for each statement execute function mig_refuse_truncate()', p_table);
  execute format('alter table %s enable always trigger mig_no_truncate', p_table);
  insert into mig_captured (relation, grp, record, tenant_column, key_column, root, root_key_column)
    values (p_table::text, p_grp, p_record, p_tenant_column, p_key_column, p_root::text, p_root_key_column);
end
$outer$;

-- What is under capture; seeding and the readiness check read it.
create table mig_captured (
  relation text primary key,
  grp text not null,
  record text not null,
  tenant_column name not null,
  key_column name not null,
  root text not null,
  root_key_column name not null
);
