import type { DatabaseSync } from 'node:sqlite';
import { Query } from './sqlite.ts';

export interface SpaceRow {
  readonly id: number;
  readonly name: string;
  /** JSON of the declared entity, null where there is none. */
  readonly schema: string | null;
}

/** Owner of the spaces that are on their way out. */
const NOBODY = 0;

/** The rows of `space`. */
export class SpaceTable {
  readonly #list: Query<SpaceRow>;
  readonly #make: Query<never>;
  readonly #knowSchema: Query<never>;
  readonly #setSchema: Query<never>;
  readonly #give: Query<never>;
  readonly #doom: Query<never>;
  readonly #doomed: Query<{ id: number }>;
  readonly #forget: Query<never>;

  constructor(db: DatabaseSync) {
    this.#list = new Query(
      db,
      `select s.id, s.name, e.text as schema from space s left join entity_schema e on e.id = s.entity_schema
       where s.installation = ?`,
    );
    this.#make = new Query(db, 'insert into space (installation, name) values (?, ?)');
    this.#knowSchema = new Query(db, 'insert or ignore into entity_schema (text) values (?)');
    this.#setSchema = new Query(
      db,
      'update space set entity_schema = (select id from entity_schema where text = ?) where id = ?',
    );
    this.#give = new Query(db, 'update space set installation = ? where id = ?');
    this.#doom = new Query(
      db,
      `update space set installation = ${NOBODY}, name = 'doomed:' || id where id = ?`,
    );
    this.#doomed = new Query(db, `select id from space where installation = ${NOBODY} limit 1`);
    this.#forget = new Query(db, 'delete from space where id = ?');
  }

  list(installation: number): SpaceRow[] {
    return this.#list.all(installation);
  }

  make(installation: number, name: string): number {
    return this.#make.insert(installation, name);
  }

  setSchema(id: number, schema: string | null): void {
    if (schema !== null) this.#knowSchema.run(schema);
    this.#setSchema.run(schema, id);
  }

  /** Makes a space that of another installation. */
  give(id: number, installation: number): void {
    this.#give.run(installation, id);
  }

  /** Takes a space from its installation; the sweeper removes its data by and by. */
  doom(id: number): void {
    this.#doom.run(id);
  }

  /** A space to be removed. */
  doomed(): number | undefined {
    return this.#doomed.get()?.id;
  }

  forget(id: number): void {
    this.#forget.run(id);
  }
}
