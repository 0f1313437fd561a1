-- What people write. Every key begins with the tenant, so no query can join across tenants by accident. Ranks compare
-- bytewise: the order of two items must be the same in Postgres, in JavaScript and in Forge storage.
create table checklist (
  tenant text not null,
  id uuid not null,
  issue_id text not null,
  project_id text not null,
  name text not null,
  rank text collate "C" not null,
  template_id uuid,
  template_revision int,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
);

create index checklist_by_issue on checklist (tenant, issue_id);

create table checklist_item (
  tenant text not null,
  id uuid not null,
  checklist_id uuid not null,
  text text not null,
  done boolean not null,
  mandatory boolean not null,
  rank text collate "C" not null,
  primary key (tenant, id),
  foreign key (tenant, checklist_id) references checklist (tenant, id) on delete cascade
);

create index checklist_item_by_checklist on checklist_item (tenant, checklist_id);

create table template (
  tenant text not null,
  id uuid not null,
  project_id text not null,
  name text not null,
  revision int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
);

create index template_by_project on template (tenant, project_id);

create table template_item (
  tenant text not null,
  id uuid not null,
  template_id uuid not null,
  text text not null,
  mandatory boolean not null,
  rank text collate "C" not null,
  primary key (tenant, id),
  foreign key (tenant, template_id) references template (tenant, id) on delete cascade
);

create index template_item_by_template on template_item (tenant, template_id);

create table tenant_setting (
  tenant text not null,
  scope text not null,
  value jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant, scope)
);
