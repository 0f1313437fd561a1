-- The three tables of atlassian-connect-express, made before it starts. The library makes the same tables without any
-- unique index, so parallel installs of one tenant leave several rows and authentication breaks at the next rotation of
-- the secret. The indexes carry the library's own names: its sync() then keeps them and adds no second one.
create table if not exists "AddonSettings" (
  "id" serial primary key,
  "clientKey" varchar(255),
  "key" varchar(255),
  "val" json
);

create table if not exists "InstallationClientKeys" (
  "id" serial primary key,
  "installationId" varchar(255) not null,
  "clientKey" varchar(255) not null
);

create table if not exists "ForgeSettings" (
  "id" serial primary key,
  "installationId" varchar(255) not null,
  "key" varchar(255) not null,
  "val" json not null
);

-- A database that already ran the library may hold duplicates, and no column says which row is current.
do $$
begin
  if exists (select from "AddonSettings" group by "clientKey", "key" having count(*) > 1) then
    raise exception 'AddonSettings holds several rows for one tenant'
      using hint = 'Keep the row whose sharedSecret verifies a live token of that tenant, delete the others, run again.';
  end if;
  if exists (select from "InstallationClientKeys" group by "installationId" having count(*) > 1) then
    raise exception 'InstallationClientKeys holds several rows for one installation'
      using hint = 'Keep one row per installationId, delete the others, run again.';
  end if;
  if exists (select from "ForgeSettings" group by "installationId", "key" having count(*) > 1) then
    raise exception 'ForgeSettings holds several rows for one installation and key'
      using hint = 'Delete the duplicates (tokens come again within the hour), run again.';
  end if;
end
$$;

drop index if exists addon_settings_client_key_key;
create unique index addon_settings_client_key_key on "AddonSettings" ("clientKey", "key");

drop index if exists installation_client_keys_installation_id;
create unique index installation_client_keys_installation_id on "InstallationClientKeys" ("installationId");

drop index if exists installation_client_keys_client_key;
create index installation_client_keys_client_key on "InstallationClientKeys" ("clientKey");

drop index if exists forge_settings_installation_id_key;
create unique index forge_settings_installation_id_key on "ForgeSettings" ("installationId", "key");

-- Every process that keeps tenants in memory listens here. The note is part of the writing transaction, so it is
-- delivered at its commit and never before, whoever wrote the row.
create function note_tenant_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('tenant_changed', coalesce(new."clientKey", old."clientKey"));
  return null;
end
$$;

create trigger note_tenant_changed
  after insert or update or delete on "AddonSettings"
  for each row execute function note_tenant_changed();
