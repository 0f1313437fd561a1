-- What became of the app's reads that were compared with the other side, by the hour. Rows older than a week are taken away by
-- whoever counts.
create table mig_shadow (
  tenant text not null,
  grp text not null,
  hour timestamptz not null,
  outcome text not null check (outcome in
    ('same', 'lag', 'corrupt', 'ahead', 'rogue', 'noise', 'late', 'failed', 'skipped')),
  seen bigint not null,
  primary key (tenant, grp, hour, outcome)
);
