-- One row per scope: where the tenant's data stands. The heads in Forge are the truth about authority; `stage` follows.
create table mig_tenant (
  tenant text not null,
  grp text not null,
  cloud_id text not null,
  installation_id text not null,
  incarnation int not null default 1,
  stage text not null default 'off'
    check (stage in ('off', 'copy', 'verify', 'draining', 'live', 'rewinding', 'settled', 'final')),
  -- Stands beside the stage, never in its place: the stage to return to must stay known.
  condition text check (condition in ('paused', 'quarantined', 'erasing', 'terminated')),
  condition_reason text,
  op_id uuid,
  layer_version int not null,
  mapv int not null,
  buckets int not null check (buckets in (64, 128, 256, 512, 1024, 2048, 4096)),
  -- Key of the record hashes and of tombstone keys. Destroying it makes an archive unreadable.
  hash_key bytea not null,
  enrolled_at timestamptz not null default now(),
  copied_at timestamptz,
  row_version bigint not null default 1,
  primary key (tenant, grp)
);
create unique index mig_tenant_installation on mig_tenant (installation_id, grp);

-- Per bucket: the reverse position, the highest register ever seen (a smaller one means a restored or cloned register),
-- and a copy of the head's backfill cursor for progress and for choosing what to push. The head decides, this row informs.
create table mig_racked (
  tenant text not null,
  grp text not null,
  bucket smallint not null,
  seq bigint not null default 0,
  seen_epoch int not null,
  seen_seq bigint not null,
  bf_slot smallint,
  bf_key text collate "C",
  bf_done boolean not null default false,
  scrubbed_at timestamptz,
  primary key (tenant, grp, bucket)
);

-- A record that Forge can't hold in this version. It stays dirty, so nothing can call the copy complete.
create table mig_set_aside (
  tenant text not null,
  grp text not null,
  key text collate "C" not null,
  epoch int not null,
  n bigint not null,
  code text not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (tenant, grp, key)
);

-- A verification is worth something only for the registers it saw.
create table mig_pass (
  pass_id uuid primary key,
  tenant text not null,
  grp text not null,
  incarnation int not null,
  epoch int not null,
  kind text not null check (kind in ('digest', 'scrub')),
  started timestamptz not null,
  ended timestamptz,
  seqs int[] not null default '{}',
  compared bigint not null default 0,
  differences int not null default 0,
  repaired boolean not null default false,
  result text check (result in ('clean', 'different', 'abandoned'))
);
create index mig_pass_scope on mig_pass (tenant, grp, kind, started desc);

create table mig_difference (
  pass_id uuid not null references mig_pass on delete cascade,
  key text collate "C" not null,
  class text not null check (class in ('lag', 'corrupt', 'ahead', 'rogue')),
  -- Hashes and versions only: customer text never leaves the two stores.
  detail jsonb not null,
  primary key (pass_id, key)
);

-- The durable operation of a hand-over. A lease protects nothing by itself; the compare-and-set on the heads does.
create table mig_op (
  op_id uuid primary key,
  tenant text not null,
  grp text not null,
  kind text not null,
  expected_epoch int not null,
  plan_hash text not null,
  lease_until timestamptz,
  fencing_token bigint not null default 0,
  step text not null,
  started timestamptz not null default now(),
  ended timestamptz
);

-- Append-only and hash-chained: each row's hash covers the row before it.
create table mig_audit (
  id bigint generated always as identity primary key,
  tenant text not null,
  grp text not null,
  at timestamptz not null default now(),
  who text not null,
  action text not null,
  from_stage text,
  to_stage text,
  evidence text,
  reason text,
  forced boolean not null default false,
  previous_hash text not null,
  hash text not null
);
create index mig_audit_scope on mig_audit (tenant, grp, id);
create function mig_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '55006';
end
$$;
create trigger mig_audit_append_only before update or delete or truncate on mig_audit
  for each statement execute function mig_refuse_change();

-- One token bucket per installation, shared by all processes. The state is the governor's own (copy/governor.ts).
create table mig_quota (
  installation_id text primary key,
  state jsonb not null
);
