/** Of the tables below, kept in the file's `user_version`. */
export const TABLES_VERSION = 2;

/*
 * version       every version of an item that somebody can still see; never changed, only added and removed. `entries` is the
 *               JSON of its index entries, or null where its entity declares no index.
 * current       what a strict read sees: the latest version of a key. `visible_at` is when queries see it, 0 for "they do".
 *               `version` is null while queries still have to learn that the item was deleted.
 * seen          what a query sees of a key, see seen.ts.
 * pending       what queries will see, and from when. The times of one key only rise, so a query never sees time run backwards.
 * index_entry   one row per seen entity item and declared index that covers it: `part` is the JSON of the partition values,
 *               `range_value` has the type of its attribute.
 * space         a name space of one installation: plain keys, secrets, or one entity with its declared schema. Spaces of
 *               installation 0 are on their way out, see sweeper.ts.
 * installation  `retired_at` when the app was uninstalled; `epoch` counts how often its data was replaced. Snapshots are
 *               installations that nobody can call.
 *
 * A version past its `gone_at` counts as absent everywhere. `version` is a rowid table on purpose: new rows are appended, only
 * the small tables are hit at random places.
 */
export const TABLES = `
  create table installation (
    id integer primary key autoincrement,
    ari text not null unique,
    read_units integer not null default 0,
    write_units integer not null default 0,
    requests integer not null default 0,
    throttled integer not null default 0,
    billed_read_bytes integer not null default 0,
    billed_write_bytes integer not null default 0,
    retired_at integer,
    epoch integer not null default 0
  );
  create table entity_schema (
    id integer primary key,
    text text not null unique
  );
  create table space (
    id integer primary key autoincrement,
    installation integer not null,
    name text not null,
    entity_schema integer,
    unique (installation, name)
  );
  create table version (
    id integer primary key,
    space integer not null,
    key text not null,
    value text not null,
    created_at integer not null,
    updated_at integer not null,
    expires_at integer,
    gone_at integer,
    entries text
  );
  create index version_gone on version (gone_at) where gone_at is not null;
  create table current (
    space integer not null,
    key text not null,
    version integer,
    visible_at integer not null,
    primary key (space, key)
  ) without rowid;
  create table seen (
    space integer not null,
    key text not null,
    version integer not null,
    primary key (space, key)
  ) without rowid;
  create table pending (
    due integer not null,
    space integer not null,
    key text not null,
    version integer,
    primary key (due, space, key)
  ) without rowid;
  create table index_entry (
    space integer not null,
    name text not null,
    part text not null,
    range_value not null,
    key text not null,
    version integer not null,
    primary key (space, name, part, range_value, key)
  ) without rowid;
  pragma user_version = ${String(TABLES_VERSION)};
`;
