-- Who did what. Appended in the transaction of the change, never updated.
create table history (
  tenant text not null,
  id bigint generated always as identity,
  issue_id text,
  checklist_id uuid,
  item_id uuid,
  actor text,
  action text not null,
  detail jsonb not null default '{}',
  at timestamptz not null,
  primary key (tenant, id)
);

create index history_by_issue on history (tenant, issue_id, id);

-- Issues whose entity property `checklist` is behind. Written in the transaction of the change; the sweeper writes the
-- property and removes the row only if no later transaction has touched it, which `xact` tells and a time could not.
create table progress_due (
  tenant text not null,
  issue_id text not null,
  since timestamptz not null,
  xact xid8 not null default pg_current_xact_id(),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  primary key (tenant, issue_id)
);

create index progress_due_by_next on progress_due (next_at);
