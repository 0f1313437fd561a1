-- The gate's two moves and the way back from Forge. Protocol sections 4.3, 8.5, 9.

-- The transaction that is applying what Forge wrote. Its rows live and die in one transaction, so nobody else ever sees one:
-- a session of the app can't fall into this mode by a setting it forgot.
create table mig_reversing (
  tenant text not null,
  grp text not null,
  xact xid8 not null,
  primary key (tenant, grp, xact)
);

-- As in 0001, with one way past a closed gate: the reverse transaction, which brings its versions with it.
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
  if v_n is null then
    return;
  end if;
  insert into mig_dirty as d (tenant, grp, key, epoch, n)
    values (p_tenant, p_grp, p_key, v_epoch, v_n)
    on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n
      where (d.epoch, d.n) is distinct from (excluded.epoch, excluded.n);
end
$$;

-- Closes the gate at the epoch the caller knows. Waits for every open write: the advisory lock, so that it is not overtaken
-- for ever; the row lock inside the update, so that it is safe.
create function mig_close_gate(p_tenant text, p_grp text, p_epoch int) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(mig_gate_lock(p_tenant, p_grp));
  update mig_gate set gate = 'closed'
    where tenant = p_tenant and grp = p_grp and gate = 'open' and epoch = p_epoch;
  return found;
end
$$;

-- Opens the gate at a higher epoch than its own, or lets an open gate adopt it. An old observation changes nothing.
create function mig_open_gate(p_tenant text, p_grp text, p_epoch int) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(mig_gate_lock(p_tenant, p_grp));
  update mig_gate set gate = 'open', epoch = p_epoch
    where tenant = p_tenant and grp = p_grp and epoch < p_epoch;
  return found;
end
$$;

-- Begins a reverse transaction of one bucket. False when the batch does not move the position forward: it is late, and is
-- dropped whole, because a version row that went with its collected tombstone no longer stops what it carries.
create function mig_reverse(p_tenant text, p_grp text, p_bucket int, p_position bigint) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(mig_gate_lock(p_tenant, p_grp));
  perform 1 from mig_gate where tenant = p_tenant and grp = p_grp and gate = 'closed' for share;
  if not found then
    raise exception 'the gate of group % is open: Postgres is the authority', p_grp using errcode = '55006';
  end if;
  update mig_racked set seq = p_position
    where tenant = p_tenant and grp = p_grp and bucket = p_bucket and seq < p_position;
  if not found then
    return false;
  end if;
  insert into mig_reversing (tenant, grp, xact) values (p_tenant, p_grp, pg_current_xact_id());
  return true;
end
$$;

-- The apply rule on this side: takes the version that Forge gave when it is newer. `older` says that nothing is to be
-- written, `split` that one version has two contents.
create function mig_take(
  p_tenant text, p_grp text, p_key text, p_epoch int, p_n bigint, p_deleted boolean, p_hash text, p_mapv int
) returns text
language plpgsql as $$
declare
  v_ver mig_ver;
begin
  select * into v_ver from mig_ver where tenant = p_tenant and grp = p_grp and key = p_key for update;
  if found and (v_ver.epoch, v_ver.n) > (p_epoch, p_n) then
    return 'older';
  end if;
  if found and (v_ver.epoch, v_ver.n) = (p_epoch, p_n) then
    return case
      when v_ver.deleted <> p_deleted then 'split'
      when v_ver.h_epoch = p_epoch and v_ver.h_n = p_n and v_ver.h_mapv = p_mapv
        and v_ver.h <> ('x' || p_hash)::bit(128) then 'split'
      else 'older' end;
  end if;
  insert into mig_ver as v (tenant, grp, key, slot, epoch, n, deleted, xact, h, h_epoch, h_n, h_mapv)
    values (p_tenant, p_grp, p_key, mig_slot(p_key), p_epoch, p_n, p_deleted, pg_current_xact_id(),
            ('x' || p_hash)::bit(128), p_epoch, p_n, p_mapv)
    on conflict (tenant, grp, key) do update
      set epoch = excluded.epoch, n = excluded.n, deleted = excluded.deleted, xact = excluded.xact,
          h = excluded.h, h_epoch = excluded.h_epoch, h_n = excluded.h_n, h_mapv = excluded.h_mapv;
  return 'newer';
end
$$;

-- Ends the mode before the transaction commits.
create function mig_reverse_done(p_tenant text, p_grp text) returns void
language sql as $$
  delete from mig_reversing where tenant = p_tenant and grp = p_grp and xact = pg_current_xact_id()
$$;
