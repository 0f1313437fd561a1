-- One row per fact that a channel brought about which identifiers belong together. Facts are never edited: a fact that
-- no longer holds, for instance after an uninstall, is ended.
create table link_evidence (
  id bigint generated always as identity primary key,
  channel text not null check (channel in ('installed', 'app-property', 'fit')),
  client_key text,
  cloud_id text,
  installation_id text,
  site_url text,
  first_seen_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ended_at timestamptz
);

create unique index link_evidence_fact
  on link_evidence (channel, client_key, cloud_id, installation_id, site_url) nulls not distinct
  where ended_at is null;
create index link_evidence_by_client_key on link_evidence (client_key) where ended_at is null;
create index link_evidence_by_cloud_id on link_evidence (cloud_id) where ended_at is null;
create index link_evidence_by_installation on link_evidence (installation_id) where ended_at is null;

-- What the facts amount to. A row in conflict names no cloud and no installation, so nothing can be reached through it.
create table tenant_link (
  client_key text primary key,
  cloud_id text unique,
  installation_id text unique,
  state text not null check (state in ('linked', 'conflict')),
  reason text,
  channels text[] not null,
  linked_at timestamptz not null default now(),
  check ((state = 'linked') = (cloud_id is not null and installation_id is not null)),
  check ((state = 'conflict') = (reason is not null))
);

create function note_link_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('link_changed', coalesce(old.installation_id, ''));
  perform pg_notify('link_changed', coalesce(new.installation_id, ''));
  return null;
end
$$;

create trigger note_link_changed
  after insert or update or delete on tenant_link
  for each row execute function note_link_changed();

-- The last system token of each installation (header x-forge-oauth-system). Opaque; four hours at most.
create table forge_token (
  installation_id text primary key,
  system_token text not null,
  api_base_url text not null,
  received_at timestamptz not null,
  expires_at timestamptz
);
