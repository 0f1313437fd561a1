import type { Random } from '../support/index.ts';
import type { Answer, Clock, ForgeStore, StoredItem } from '../types.ts';
import { batchDelete, batchGet, batchSet } from './batch.ts';
import { CursorBox } from './cursor.ts';
import type { Call, Engine, Reply } from './engine.ts';
import { entityQuery } from './entity-query.ts';
import { StorageError, StoreUsageError } from './errors.ts';
import { InFlight } from './in-flight.ts';
import { IndexEntries } from './index-entries.ts';
import { IndexScan } from './index-scan.ts';
import { Installations, walk } from './installations.ts';
import { Items } from './items.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { StorageLimits } from './limits.ts';
import { query } from './query.ts';
import { checkEntities } from './schema.ts';
import { get, remove, set } from './single.ts';
import { Atomic, openSqlite } from './sqlite.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { StorageSwitches } from './switches.ts';
import { transaction } from './transaction.ts';

export interface ForgeStoreOptions {
  /** The store's file, or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  /** Draws lags, orders and conflicts; the same seed gives the same run. */
  readonly random: Random;
  readonly switches?: Partial<StorageSwitches>;
  readonly limits?: Partial<StorageLimits>;
}

/** The store with what a control page needs beside the platform's own door. */
export interface LocalForgeStore extends ForgeStore {
  readonly switches: StorageSwitches;
  readonly limits: StorageLimits;
  /** Makes every cursor that is out invalid. */
  forgetCursors(): void;
}

type Operation = (
  engine: Engine,
  call: Call,
  settle: () => Promise<number>,
) => Reply | Promise<Reply>;

/** The operations of the wire; anything else is answered 501. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
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

/** How often what an installation has used is saved, by the store's clock. */
const SAVE_USAGE_MS = 10_000;

/**
 * Makes a stand-in for Forge's key-value and custom entity store. All installations share one file. Every refusal is an
 * answer; the promise of `handle` rejects only for misuse (`StoreUsageError`) or a broken file.
 */
export function createForgeStore(options: ForgeStoreOptions): LocalForgeStore {
  const { clock, random } = options;
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const db = openSqlite(options.file);
  const atomic = new Atomic(db);
  const indexes = new IndexEntries(db);
  const items = new Items(db, indexes, () => draw(random, switches.queryLagMs));
  const installations = new Installations(db, { atomic, items, indexes, limits, switches });
  const engine: Engine = {
    switches,
    random,
    atomic,
    items,
    indexScan: new IndexScan(db),
    inFlight: new InFlight(),
    cursors: new CursorBox(switches.cursorLifeMs),
  };
  let savedAt = clock.now();

  const wait = async (ms: number): Promise<number> => {
    if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve));
    return clock.now();
  };

  return {
    switches,
    limits,
    async handle(installationId, operation, body) {
      const tenant = installations.get(installationId);
      const run = OPERATIONS.get(operation);
      const latency = draw(random, switches.latencyMs);
      try {
        if (!run) {
          throw new StorageError('NOT_MODELLED', {
            message: `The local site does not model ${operation} of the key-value store`,
          });
        }
        tenant.quota.request(clock.now());
        if (run !== transaction) await wait(latency);
        const bytes = Buffer.byteLength(body);
        const now = clock.now();
        const call: Call = { tenant, body: parseText(body), bytes, now };
        return answerOf(await run(engine, call, () => wait(latency)));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        if (error.status === 429) tenant.quota.usage.throttled++;
        return error.answer();
      } finally {
        if (clock.now() - savedAt >= SAVE_USAGE_MS) {
          savedAt = clock.now();
          installations.saveUsage();
        }
      }
    },
    open: (installationId) => installations.open(installationId),
    declare(installationId, entities) {
      const problems = checkEntities(entities, switches);
      if (problems.length > 0) throw new StoreUsageError('invalid_schema', problems.join(' '));
      installations.declare(installationId, entities);
    },
    usage: (installationId) => ({ ...installations.get(installationId).quota.usage }),
    *inspect(installationId) {
      for (const { space, entityName } of installations.get(installationId).spaces.all()) {
        for (const { key, value } of walk(items, space, clock.now())) {
          const item: StoredItem = { key, value: JSON.parse(value) as unknown };
          yield entityName === undefined ? item : { entityName, ...item };
        }
      }
    },
    forgetCursors: () => engine.cursors.forgetAll(),
    close() {
      installations.saveUsage();
      db.close();
    },
  };
}

function draw(
  random: Random,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  return max <= 0 ? 0 : Math.round(min + random() * (max - min));
}

function parseText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new StorageError('INVALID_REQUEST', {
      message: `The body is not JSON: ${error instanceof Error ? error.message : ''}`,
    });
  }
}

function answerOf({ status, text }: Reply): Answer {
  return text === undefined ? { status } : { status, body: JSON.parse(text) as unknown };
}
