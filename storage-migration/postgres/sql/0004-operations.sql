-- Finalize, erase, terminate, forced failover. Protocol sections 7, 9.4, 12.1, 13; decision 0011.

-- Set when finalize begins and never taken back: from here on no head leads back to Postgres.
alter table mig_tenant add column sealing_since timestamptz;
-- When the last log entry and tombstone of a final tenant had been removed.
alter table mig_tenant add column swept_at timestamptz;
-- Postgres was opened without Forge: what Forge still holds is nobody's until a person has decided.
alter table mig_tenant add column forced_at timestamptz;
-- This bucket's log entries and tombstones are gone.
alter table mig_racked add column swept_at timestamptz;

-- When all heads were last looked at: what Forge wrote after that is unknown here.
create table mig_look (
  tenant text not null,
  grp text not null,
  at timestamptz not null default now(),
  primary key (tenant, grp)
);

-- An erasure that was asked for. Its keys stand in a table of their own only until it is reported: keys may name people.
create table mig_erasure (
  erasure_id uuid primary key,
  tenant text not null,
  grp text not null,
  who text not null,
  reason text not null,
  records int not null,
  begun timestamptz not null default now(),
  reported timestamptz
);
create index mig_erasure_scope on mig_erasure (tenant, grp) where reported is null;

-- The purge mark of a record: `epoch` and `n` are the version of its delete, null until an authority has given one. Both
-- sides must hold that version or a newer one before the erasure counts as done.
create table mig_erasure_key (
  erasure_id uuid not null references mig_erasure on delete cascade,
  key text collate "C" not null,
  epoch int,
  n bigint,
  primary key (erasure_id, key)
);
