import type { Random } from '../support/index.ts';
import type { CursorBox } from './cursor.ts';
import { checkEntityName } from './schema.ts';
import { StorageError } from './errors.ts';
import type { InFlight } from './in-flight.ts';
import type { Items } from './items.ts';
import type { Quota } from './quota.ts';
import type { Space, Spaces } from './spaces.ts';
import type { Atomic } from './sqlite.ts';
import type { StorageSwitches } from './switches.ts';
import type { IndexScan } from './index-scan.ts';

/** What all operations work with. */
export interface Engine {
  readonly switches: StorageSwitches;
  readonly random: Random;
  readonly atomic: Atomic;
  readonly items: Items;
  readonly indexScan: IndexScan;
  readonly inFlight: InFlight;
  readonly cursors: CursorBox;
}

/** One installation as the operations see it. */
export interface Tenant {
  readonly id: number;
  readonly spaces: Spaces;
  readonly quota: Quota;
  /** Rises whenever all data is replaced. */
  readonly epoch: number;
  /** When the app was uninstalled, epoch milliseconds. */
  readonly retiredAt: number | null;
}

/** One request. */
export interface Call {
  readonly tenant: Tenant;
  readonly body: unknown;
  /** Bytes of the request's JSON text. */
  readonly bytes: number;
  readonly now: number;
}

/** A success. The text is the whole JSON body; `undefined` is an empty body. */
export interface Reply {
  readonly status: 200 | 204;
  readonly text?: string;
}

export const EMPTY_REPLY: Reply = { status: 204 };

/** The space of plain keys, or of a declared entity. Throws the entity name's codes or `SCHEMA_NOT_FOUND`. */
export function spaceFor(engine: Engine, tenant: Tenant, entityName: string | undefined): Space {
  if (entityName === undefined) return tenant.spaces.plain;
  const space = tenant.spaces.entity(entityName);
  if (space) return space;
  checkEntityName(entityName, engine.switches.entityNameUnderscore);
  throw new StorageError('SCHEMA_NOT_FOUND');
}

/** Names one item across the spaces of all installations. */
export function identityOf(space: Space, key: string): string {
  return `${space.id} ${key}`;
}
