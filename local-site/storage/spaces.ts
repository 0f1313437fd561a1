import type { EntitySchema } from '../types.ts';
import { specOf } from './entity-spec.ts';
import type { EntitySpec } from './entity-spec.ts';
import type { SpaceTable } from './space-table.ts';

/** One name space of keys in one installation. */
export interface Space {
  readonly id: number;
  readonly kind: 'plain' | 'secret' | 'entity';
  /** Present for a declared entity. */
  readonly spec?: EntitySpec;
  /** JSON of the declared schema, to tell whether a new declaration changes anything. */
  readonly schema?: string;
}

/** Names of spaces in the file. An entity cannot take one of the others: its name is prefixed. */
const PLAIN = 'plain';
export const SECRET = 'secret';
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
        this.#entities.set(name.slice(ENTITY.length), entitySpace(id, schema));
    }
  }

  /** The space of an entity that is declared now. */
  entity(name: string): Space | undefined {
    const space = this.#entities.get(name);
    return space?.spec ? space : undefined;
  }

  /** Every space but the secrets, entities that are no longer declared included. */
  all(): { space: Space; entityName?: string }[] {
    return [
      { space: this.plain },
      ...[...this.#entities].map(([entityName, space]) => ({ space, entityName })),
    ];
  }

  /** The schemas of the entities that are declared now, as JSON. */
  schemas(): Map<string, string> {
    const declared = new Map<string, string>();
    for (const [name, { schema }] of this.#entities) {
      if (schema !== undefined) declared.set(ENTITY + name, schema);
    }
    return declared;
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
      const space = entitySpace(id, schema);
      this.#entities.set(entity.name, space);
      if (known) changed.push(space);
    }
    for (const name of gone) {
      const known = this.#entities.get(name);
      if (!known?.schema) continue;
      this.#store.setSchema(known.id, null);
      this.#entities.set(name, entitySpace(known.id, null));
    }
    return changed;
  }
}

/** Ten thousand installations of one app share one parsed schema. */
const specs = new Map<string, { spec: EntitySpec; schema: string }>();

function entitySpace(id: number, schema: string | null): Space {
  if (schema === null) return { id, kind: 'entity' };
  let known = specs.get(schema);
  if (!known) {
    // Our own text, written by `declare` after `checkEntities`.
    known = { spec: specOf(JSON.parse(schema) as EntitySchema), schema };
    specs.set(schema, known);
  }
  return { id, kind: 'entity', ...known };
}
