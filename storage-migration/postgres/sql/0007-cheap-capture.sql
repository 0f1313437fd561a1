-- The same capture for less. A user's write changes a record's rows more than once (an item, then its list), and each time the
-- trigger did the whole work: the gate, the version, the dirty mark, three looks for a hold. What a small statement costs is mostly
-- its beginning and its end, so the usual update is one statement now, and a later one of its transaction is one look at the
-- version. Inserts, deletes and changes of keys go to `mig_touch` as before: it is always right, and reaches the version through
-- its unique index whatever the planner knows, which matters when rows come in bulk to a table that was never analysed.
-- Only functions are replaced: the app's tables and their triggers stay as they are.

-- As in 0006, as one plain look into the index.
create or replace function mig_refuse_held() returns trigger
language plpgsql as $$
begin
  perform from mig_quarantine where tenant = new.tenant and grp = new.grp and key = new.key;
  if found then
    raise exception '% is held until a person has decided which content counts', new.key
      using errcode = 'MQ001', hint = 'See xg quarantine.';
  end if;
  return new;
end
$$;

-- Writes the trigger function of a captured table. An update that leaves the record's key alone is tried in one statement. It
-- does all that `mig_touch` does for a known version and an open gate; in any other case it finds nothing and has changed
-- nothing, and `mig_touch` does what is right.
--
-- The advisory lock is taken before that statement begins: its snapshot then shows what the last holder of the lock did to the
-- gate. The row lock is the safety, here as there: a close that took no advisory lock waits for it too, and under REPEATABLE READ
-- a gate that changed after the snapshot is an error.
--
-- Nothing is added to a version that this transaction has given already: the gate's locks are held then. That is asked before the
-- attempt for a root, which is mostly the last that its transaction changes, and after it for the others.
create function mig_write_capture(p_captured mig_captured) returns void
language plpgsql as $outer$
declare
  v_touch text := format(
    $t$perform mig_touch(%%1$s.%1$I, %2$L, %3$L || %%1$s.%4$I::text,
          not exists (select 1 from %5$s r where r.%1$I = %%1$s.%1$I and r.%6$I = %%1$s.%4$I))$t$,
    p_captured.tenant_column, p_captured.grp, p_captured.record || ':', p_captured.key_column,
    p_captured.root, p_captured.root_key_column);
  v_is_root boolean := p_captured.relation = p_captured.root;
  v_look text := format(
    $t$perform from mig_ver
          where tenant = new.%1$I and grp = %2$L and key = %3$L || new.%4$I::text
            and xact = pg_current_xact_id() and deleted = %5$s;
        if found then
          return null;
        end if;$t$,
    p_captured.tenant_column, p_captured.grp, p_captured.record || ':', p_captured.key_column,
    -- A root that was just updated was there; if it is deleted later, its own trigger says that.
    case when v_is_root then 'false' else format(
      '(not exists (select 1 from %3$s r where r.%1$I = new.%1$I and r.%4$I = new.%2$I))',
      p_captured.tenant_column, p_captured.key_column, p_captured.root, p_captured.root_key_column)
    end);
begin
  execute format(
    $f$
    create or replace function %1$I() returns trigger language plpgsql as $body$
    begin
      if tg_op = 'UPDATE' and new.%5$I = old.%5$I and new.%4$I = old.%4$I then
        %9$s
        perform pg_advisory_xact_lock_shared(mig_gate_lock(new.%5$I, %6$L));
        with touched as (
          update mig_ver v
            set n = v.n + 1, epoch = g.epoch, xact = pg_current_xact_id(),
                deleted = not exists (select 1 from %7$s r where r.%5$I = new.%5$I and r.%8$I = new.%4$I)
            from (select epoch from mig_gate
              where tenant = new.%5$I and grp = %6$L and gate = 'open' for share) g
            where v.tenant = new.%5$I and v.grp = %6$L and v.key = %11$L || new.%4$I::text
              and v.xact <> pg_current_xact_id()
            returning v.tenant, v.grp, v.key, v.epoch, v.n)
        insert into mig_dirty (tenant, grp, key, epoch, n) select * from touched
          on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n;
        if found then
          return null;
        end if;
        %10$s
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
    p_captured.grp, p_captured.root, p_captured.root_key_column,
    case when v_is_root then v_look else '' end, case when v_is_root then '' else v_look end,
    p_captured.record || ':');
end
$outer$;

-- As in 0001.
create or replace function mig_capture(
  p_table regclass, p_grp text, p_record text, p_tenant_column name, p_key_column name,
  p_root regclass, p_root_key_column name
) returns void
language plpgsql as $$
declare
  v_captured mig_captured;
begin
  insert into mig_captured (relation, grp, record, tenant_column, key_column, root, root_key_column)
    values (p_table::text, p_grp, p_record, p_tenant_column, p_key_column, p_root::text, p_root_key_column)
    returning * into v_captured;
  perform mig_write_capture(v_captured);
  execute format('create trigger mig_capture after insert or update or delete on %s
                  for each row execute function %I()',
    p_table, format('mig_capture_%s', replace(p_table::text, '.', '_')));
  -- Plain triggers do not fire under session_replication_role = replica.
  execute format('alter table %s enable always trigger mig_capture', p_table);
  execute format('create trigger mig_no_truncate before truncate on %s
                  for each statement execute function mig_refuse_truncate()', p_table);
  execute format('alter table %s enable always trigger mig_no_truncate', p_table);
end
$$;

-- Tables that are captured already.
select mig_write_capture(c) from mig_captured c;
