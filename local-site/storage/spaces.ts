import type { DatabaseSync } from 'node:sqlite';
import type { EntitySchema } from '../types.ts';
import { specOf } from './entity-spec.ts';
import type { EntitySpec } from './entity-spec.ts';
import { Query } from './sqlite.ts';

/** One name space of keys in one installation. */
export interface Space {
  readonly id: number;
  readonly kind: 'plain' | 'secret' | 'entity';
  /** Present for a declared entity. */
  readonly spec?: EntitySpec;
  /** JSON of the declared schema, to tell whether a new declaration changes anything. */
  readonly schema?: string;
}

interface SpaceRow {
  readonly id: number;
  readonly name: string;
  readonly schema: string | null;
}

/** Names of spaces in the file. An entity cannot take one of the others: its name is prefixed. */
const PLAIN = 'plain';
const SECRET = 'secret';
const ENTITY = 'entity:';

/** The spaces of one installation, read once. */
export class Spaces {
  readonly plain: Space;
  readonly secret: Space;
  readonly #entities = new Map<string, Space>();
  readonly #store: SpaceTable;
  readonly #installation: number;

  constructor(store: SpaceTable, installation: number) {
    this.#store = store;
    this.#installation = installation;
    const rows = store.list(installation);
    const idOf = (name: string): number =>
      rows.find((row) => row.name === name)?.id ?? store.make(installation, name);
    this.plain = { id: idOf(PLAIN), kind: 'plain' };
    this.secret = { id: idOf(SECRET), kind: 'secret' };
    for (const { id, name, schema } of rows) {
      if (name.startsWith(ENTITY))
        this.#entities.set(name.slice(ENTITY.length), spaceOf(id, schema));
    }
  }

  /** The space of an entity that is declared now. */
  entity(name: string): Space | undefined {
    const space = this.#entities.get(name);
    return space?.spec ? space : undefined;
  }

  /** Every space, entities that are no longer declared included. */
  all(): { space: Space; entityName?: string }[] {
    return [
      { space: this.plain },
      ...[...this.#entities].map(([entityName, space]) => ({ space, entityName })),
    ];
  }

  /**
   * Takes the declared entities; what is not among them becomes unknown, its items stay. Returns the spaces whose
   * indexes are to be built anew.
   */
  declare(entities: readonly EntitySchema[]): Space[] {
    const changed: Space[] = [];
    const gone = new Set(this.#entities.keys());
    for (const entity of entities) {
      gone.delete(entity.name);
      const schema = JSON.stringify(entity);
      const known = this.#entities.get(entity.name);
      if (known?.schema === schema) continue;
      const id = known?.id ?? this.#store.make(this.#installation, ENTITY + entity.name);
      this.#store.setSchema(id, schema);
      const space = spaceOf(id, schema);
      this.#entities.set(entity.name, space);
      if (known) changed.push(space);
    }
    for (const name of gone) {
      const known = this.#entities.get(name);
      if (!known?.schema) continue;
      this.#store.setSchema(known.id, null);
      this.#entities.set(name, spaceOf(known.id, null));
    }
    return changed;
  }
}

/** The rows behind `Spaces`. */
export class SpaceTable {
  readonly #list: Query<SpaceRow>;
  readonly #make: Query<{ id: number }>;
  readonly #setSchema: Query<never>;

  constructor(db: DatabaseSync) {
    this.#list = new Query(db, 'select id, name, schema from space where installation = ?');
    this.#make = new Query(db, 'insert into space (installation, name) values (?, ?) returning id');
    this.#setSchema = new Query(db, 'update space set schema = ? where id = ?');
  }

  list(installation: number): SpaceRow[] {
    return this.#list.all(installation);
  }

  make(installation: number, name: string): number {
    const row = this.#make.get(installation, name);
    if (!row) throw new Error(`Space "${name}" was not made.`);
    return row.id;
  }

  setSchema(id: number, schema: string | null): void {
    this.#setSchema.run(schema, id);
  }
}

/** Ten thousand installations of one app share one parsed schema. */
const specs = new Map<string, EntitySpec>();

function spaceOf(id: number, schema: string | null): Space {
  if (schema === null) return { id, kind: 'entity' };
  let spec = specs.get(schema);
  if (!spec) {
    // Our own text, written by `declare` after `checkEntities`.
    spec = specOf(JSON.parse(schema) as EntitySchema);
    specs.set(schema, spec);
  }
  return { id, kind: 'entity', spec, schema };
}
