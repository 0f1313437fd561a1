-- Putting a backup back, and what makes a verification worthless. Protocol sections 11.6 and 12.2; decision 0013.

-- How far a restore has come, so that a killed one goes on. `epoch` is the one it lifted the gate to before its first record.
create table mig_restore (
  tenant text not null,
  grp text not null,
  -- SHA-256 over the backup's manifest.
  backup text not null,
  epoch int not null,
  parts_done int not null default 0,
  applied bigint not null default 0,
  started timestamptz not null default now(),
  ended timestamptz,
  primary key (tenant, grp, backup)
);

-- The apply rule for a record of a backup, at an open gate: takes the record's version when it is newer than what is there.
-- The row lock is held to commit, so the app can't slip between this and the rows that follow. The capture triggers of those
-- rows find a version of this very transaction and leave it alone.
--
-- The gate must stand above every epoch of the backup. Otherwise the app's next write would be given an older version than the
-- record it replaces.
create function mig_restore_take(
  p_tenant text, p_grp text, p_key text, p_epoch int, p_n bigint, p_deleted boolean
) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(mig_gate_lock(p_tenant, p_grp));
  perform 1 from mig_gate
    where tenant = p_tenant and grp = p_grp and gate = 'open' and epoch > p_epoch for share;
  if not found then
    raise exception 'the gate of group % is closed, or not above epoch %', p_grp, p_epoch
      using errcode = '55006';
  end if;
  insert into mig_ver as v (tenant, grp, key, slot, epoch, n, deleted, xact)
    values (p_tenant, p_grp, p_key, mig_slot(p_key), p_epoch, p_n, p_deleted, pg_current_xact_id())
    on conflict (tenant, grp, key) do update
      set epoch = excluded.epoch, n = excluded.n, deleted = excluded.deleted, xact = excluded.xact
      where (v.epoch, v.n) < (excluded.epoch, excluded.n);
  return found;
end
$$;

-- Ends what `mig_restore_take` began, when the rows say what the record says: exactly this version, to be sent.
create function mig_restore_settle(
  p_tenant text, p_grp text, p_key text, p_epoch int, p_n bigint, p_deleted boolean
) returns void
language plpgsql as $$
begin
  -- A trigger that saw the root appear or go has noted that; it must be what the record says.
  perform 1 from mig_ver
    where tenant = p_tenant and grp = p_grp and key = p_key and deleted = p_deleted;
  if not found then
    raise exception 'the rows of % do not say what its record says', p_key;
  end if;
  update mig_ver set epoch = p_epoch, n = p_n
    where tenant = p_tenant and grp = p_grp and key = p_key and (epoch, n) <> (p_epoch, p_n);
  insert into mig_dirty as d (tenant, grp, key, epoch, n)
    values (p_tenant, p_grp, p_key, p_epoch, p_n)
    on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n;
end
$$;

-- A repair voids every verification of the target, the one under way included, and what was read for it: nothing counts as
-- verified beyond a failure.
create function mig_void_passes(p_tenant text, p_grp text) returns void
language sql as $$
  update mig_pass set repaired = true where tenant = p_tenant and grp = p_grp and not repaired;
  update mig_racked set scrubbed_at = null
    where tenant = p_tenant and grp = p_grp and scrubbed_at is not null;
$$;

-- What a clean reading of a bucket was bound to: the head's register at that time, and the transaction from which on versions
-- may have been missed. A later look at just those keys binds it to a later register.
alter table mig_racked add column scrubbed_epoch int;
alter table mig_racked add column scrubbed_seq bigint;
alter table mig_racked add column scrubbed_xact xid8;

-- When the bucket that was read longest ago was read: a pass is as old as its oldest part.
alter table mig_pass add column oldest timestamptz;

-- The newest verification that lets a cut-over through: every record read back at this incarnation and epoch, nothing
-- repaired since, no part of it older than a day.
create function mig_clean_pass(p_tenant text, p_grp text, p_incarnation int, p_epoch int)
returns table (pass_id uuid, at timestamptz)
language sql stable as $$
  select p.pass_id, least(p.oldest, p.ended) from mig_pass p
  where p.tenant = p_tenant and p.grp = p_grp and p.incarnation = p_incarnation and p.epoch = p_epoch
    and p.kind = 'scrub' and p.result = 'clean' and not p.repaired
    and least(p.oldest, p.ended) > now() - interval '24 hours'
  order by least(p.oldest, p.ended) desc limit 1
$$;
