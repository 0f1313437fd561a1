-- What a person has to decide, and what is held until then. Protocol sections 7, 12.2, 12.3; decision 0014.

-- One row per record of which both sides hold a version that the other can't explain. While it is here nobody writes the
-- record: not the app, not reverse replication. Versions and hashes' verdicts only, never values.
create table mig_quarantine (
  tenant text not null,
  grp text not null,
  key text collate "C" not null,
  code text not null check (code in ('target.ahead', 'split_brain', 'authority.double')),
  -- What Postgres holds; null when it knows no version.
  here_epoch int,
  here_n bigint,
  here_deleted boolean,
  -- What Forge holds; null when it holds nothing.
  there_epoch int,
  there_n bigint,
  there_deleted boolean,
  at timestamptz not null default now(),
  primary key (tenant, grp, key)
);

-- Every version, whoever gives it, passes here. `of epoch, n`: acknowledgements, which only note hashes, do not.
create function mig_refuse_held() returns trigger
language plpgsql as $$
begin
  if exists (select 1 from mig_quarantine
      where tenant = new.tenant and grp = new.grp and key = new.key) then
    raise exception '% is held until a person has decided which content counts', new.key
      using errcode = 'MQ001', hint = 'See xg quarantine.';
  end if;
  return new;
end
$$;
create trigger mig_refuse_held before insert or update of epoch, n on mig_ver
  for each row execute function mig_refuse_held();
alter table mig_ver enable always trigger mig_refuse_held;

-- Whether this is still the database that the last worker knew. A promoted replica has another timeline, a restored or copied
-- database another oid; what neither shows is found by comparing versions.
create table mig_life (
  tenant text not null,
  grp text not null,
  life text not null,
  since timestamptz not null default now(),
  primary key (tenant, grp)
);

-- Why a tenant's work stopped the last time it was tried, until the same work ends well. For status lines.
create table mig_stopped (
  tenant text not null,
  grp text not null,
  job text not null,
  code text not null,
  reason text not null,
  since timestamptz not null default now(),
  last timestamptz not null default now(),
  primary key (tenant, grp, job)
);

-- Begins a transaction that gives a record what Forge holds. True at an open gate. At a closed one the capture triggers let
-- it pass as they let reverse replication pass.
create function mig_begin_decision(p_tenant text, p_grp text) returns boolean
language plpgsql as $$
declare
  v_gate text;
begin
  perform pg_advisory_xact_lock_shared(mig_gate_lock(p_tenant, p_grp));
  select gate into v_gate from mig_gate where tenant = p_tenant and grp = p_grp for share;
  if v_gate = 'closed' then
    insert into mig_reversing (tenant, grp, xact)
      values (p_tenant, p_grp, pg_current_xact_id()) on conflict do nothing;
  end if;
  return v_gate is distinct from 'closed';
end
$$;

-- Gives a record exactly this version, whatever triggers made of it in this transaction. Nothing is left to be sent.
create function mig_put_version(
  p_tenant text, p_grp text, p_key text, p_epoch int, p_n bigint, p_deleted boolean, p_hash text, p_mapv int
) returns void
language sql as $$
  insert into mig_ver as v (tenant, grp, key, slot, epoch, n, deleted, xact, h, h_epoch, h_n, h_mapv)
    values (p_tenant, p_grp, p_key, mig_slot(p_key), p_epoch, p_n, p_deleted, pg_current_xact_id(),
            ('x' || p_hash)::bit(128), p_epoch, p_n, p_mapv)
    on conflict (tenant, grp, key) do update
      set epoch = excluded.epoch, n = excluded.n, deleted = excluded.deleted, xact = excluded.xact,
          h = excluded.h, h_epoch = excluded.h_epoch, h_n = excluded.h_n, h_mapv = excluded.h_mapv;
  delete from mig_dirty where tenant = p_tenant and grp = p_grp and key = p_key;
$$;

-- Takes a close back at its own epoch, for the operation that closed. The operation's row is compared in the same transaction:
-- a statement that arrives late must not open the gate under somebody else's flips.
create function mig_reopen_gate(p_tenant text, p_grp text, p_epoch int, p_op uuid) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(mig_gate_lock(p_tenant, p_grp));
  perform 1 from mig_tenant
    where tenant = p_tenant and grp = p_grp and op_id = p_op and stage = 'draining' for update;
  if not found then
    return false;
  end if;
  update mig_gate set gate = 'open'
    where tenant = p_tenant and grp = p_grp and gate = 'closed' and epoch = p_epoch;
  return found;
end
$$;
