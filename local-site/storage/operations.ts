import { batchDelete, batchGet, batchSet } from './batch.ts';
import type { Call, Engine, Reply } from './engine.ts';
import { entityQuery } from './entity-query.ts';
import { query } from './query.ts';
import { get, remove, set } from './single.ts';
import { transaction } from './transaction.ts';

/** One operation of the wire. `settle` lets the time pass that the call takes, and gives the time then. */
export type Operation = (
  engine: Engine,
  call: Call,
  settle: () => Promise<number>,
) => Reply | Promise<Reply>;

/**
 * All operations of @forge/kvs 1.6.5, and of 2.x as far as is known, by path without `/api/v1` (SDK) or `/v1` (REST API):
 * rest/v1/api-group-key-value-store and api-group-custom-entity-store.
 */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['/get', (engine, call) => get(engine, call, 'plain')],
  ['/set', (engine, call) => set(engine, call, 'plain')],
  ['/delete', (engine, call) => remove(engine, call, 'plain')],
  ['/query', query],
  ['/secret/get', (engine, call) => get(engine, call, 'secret')],
  ['/secret/set', (engine, call) => set(engine, call, 'secret')],
  ['/secret/delete', (engine, call) => remove(engine, call, 'secret')],
  ['/entity/get', (engine, call) => get(engine, call, 'entity')],
  ['/entity/set', (engine, call) => set(engine, call, 'entity')],
  ['/entity/delete', (engine, call) => remove(engine, call, 'entity')],
  ['/entity/query', entityQuery],
  ['/batch/set', batchSet],
  ['/batch/get', batchGet],
  ['/batch/delete', batchDelete],
  ['/transaction', transaction],
]);
