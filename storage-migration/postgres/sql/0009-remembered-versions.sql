-- The same capture for less again. A transaction remembers the record it gave a version to last: a later change of that record's
-- rows then costs the comparison of two strings, not a statement. And only a root's row that comes or goes changes `deleted`,
-- which the root's own trigger always tells; the usual update of a record that is there does not look for the root again.
-- As in 0007 only functions are replaced.

-- What a transaction remembers about a record it has given a version. The transaction's number is part of it, so that what a
-- session sets or forgets to reset never stands for another transaction's version.
create function mig_mark(tenant text, grp text, key text) returns text
language sql stable as $$
  select tenant || chr(31) || grp || chr(31) || key || chr(31) || pg_current_xact_id()::text
$$;

-- As in 0003, but it remembers. A setting made for the transaction goes with a savepoint that is rolled back, as the version does.
create or replace function mig_touch(p_tenant text, p_grp text, p_key text, p_deleted boolean) returns void
language plpgsql as $$
declare
  v_epoch int;
  v_n bigint;
begin
  perform pg_advisory_xact_lock_shared(mig_gate_lock(p_tenant, p_grp));
  select epoch into v_epoch from mig_gate
    where tenant = p_tenant and grp = p_grp and gate = 'open' for share;
  if not found then
    if exists (select 1 from mig_reversing
        where tenant = p_tenant and grp = p_grp and xact = pg_current_xact_id()) then
      return;
    end if;
    insert into mig_gate (tenant, grp) values (p_tenant, p_grp) on conflict do nothing;
    select epoch into v_epoch from mig_gate
      where tenant = p_tenant and grp = p_grp and gate = 'open' for share;
    if not found then
      raise exception 'the gate of group % is closed for this tenant', p_grp
        using errcode = '55006', hint = 'A hand-over is under way: park the request and retry it.';
    end if;
  end if;
  insert into mig_ver as v (tenant, grp, key, slot, epoch, n, deleted, xact)
    values (p_tenant, p_grp, p_key, mig_slot(p_key), v_epoch, 1, p_deleted, pg_current_xact_id())
    on conflict (tenant, grp, key) do update
      set n = case when v.xact = excluded.xact then v.n else v.n + 1 end,
          epoch = excluded.epoch, deleted = excluded.deleted, xact = excluded.xact
      where v.xact <> excluded.xact or v.deleted <> excluded.deleted
    returning n into v_n;
  perform set_config('crossgrade.touched', mig_mark(p_tenant, p_grp, p_key), true);
  if v_n is null then
    return;
  end if;
  insert into mig_dirty as d (tenant, grp, key, epoch, n)
    values (p_tenant, p_grp, p_key, v_epoch, v_n)
    on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n
      where (d.epoch, d.n) is distinct from (excluded.epoch, excluded.n);
end
$$;

-- Writes the trigger function of a captured table.
--
-- What is remembered is asked first, except by a root's row that comes or goes: that one has `deleted` to tell.
--
-- Then an update that leaves the record's key alone is tried in one statement. It does all that `mig_touch` does for the version
-- of a living record and an open gate; in any other case it finds nothing and has changed nothing, and `mig_touch` does what is
-- right. The advisory lock is taken before that statement begins: its snapshot then shows what the last holder of the lock did to
-- the gate. The row lock is the safety, here as there: a close that took no advisory lock waits for it too, and under REPEATABLE
-- READ a gate that changed after the snapshot is an error.
--
-- Calls whose result nobody needs are assigned: plpgsql evaluates an assignment without the beginning and the end of a statement.
create or replace function mig_write_capture(p_captured mig_captured) returns void
language plpgsql as $outer$
declare
  v_touch text := format(
    $t$perform mig_touch(%%1$s.%1$I, %2$L, %3$L || %%1$s.%4$I::text,
          not exists (select 1 from %5$s r where r.%1$I = %%1$s.%1$I and r.%6$I = %%1$s.%4$I))$t$,
    p_captured.tenant_column, p_captured.grp, p_captured.record || ':', p_captured.key_column,
    p_captured.root, p_captured.root_key_column);
  v_mark text := format(
    $t$mig_mark(%%1$s.%1$I, %2$L, %3$L || %%1$s.%4$I::text)$t$,
    p_captured.tenant_column, p_captured.grp, p_captured.record || ':', p_captured.key_column);
begin
  execute format(
    $f$
    create or replace function %1$I() returns trigger language plpgsql as $body$
    declare
      v_mark text;
      v_nothing text;
    begin
      if tg_op = 'UPDATE' and new.%5$I = old.%5$I and new.%4$I = old.%4$I then
        v_mark := %7$s;
        if v_mark = current_setting('crossgrade.touched', true) then
          return null;
        end if;
        v_nothing := pg_advisory_xact_lock_shared(mig_gate_lock(new.%5$I, %6$L));
        with touched as (
          update mig_ver v
            set n = v.n + 1, epoch = g.epoch, xact = pg_current_xact_id()
            from (select epoch from mig_gate
              where tenant = new.%5$I and grp = %6$L and gate = 'open' for share) g
            where v.tenant = new.%5$I and v.grp = %6$L and v.key = %9$L || new.%4$I::text
              and v.xact <> pg_current_xact_id() and not v.deleted
            returning v.tenant, v.grp, v.key, v.epoch, v.n)
        insert into mig_dirty (tenant, grp, key, epoch, n) select * from touched
          on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n;
        if found then
          v_nothing := set_config('crossgrade.touched', v_mark, true);
          return null;
        end if;
      %8$s
      end if;
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
    format('mig_capture_%s', replace(p_captured.relation, '.', '_')),
    format(v_touch, 'old'), format(v_touch, 'new'), p_captured.key_column, p_captured.tenant_column,
    p_captured.grp, format(v_mark, 'new'),
    case when p_captured.relation = p_captured.root then '' else format(
      $t$elsif tg_op = 'INSERT' and %1$s = current_setting('crossgrade.touched', true) then
        return null;
      elsif tg_op = 'DELETE' and %2$s = current_setting('crossgrade.touched', true) then
        return null;$t$, format(v_mark, 'new'), format(v_mark, 'old'))
    end,
    p_captured.record || ':');
end
$outer$;

-- Tables that are captured already.
select mig_write_capture(c) from mig_captured c;
