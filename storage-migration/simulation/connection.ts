import { compareVersions, type Version } from '../terms.ts';
import type { Ledger, Seen, Slice } from '../copy/source.ts';
import type { EraseContext } from '../handover/erase.ts';
import type { OperationsSide } from '../handover/operations-side.ts';
import type { PostgresSide } from '../handover/postgres-side.ts';
import { LayerError } from '../errors.ts';
import { compareWithHeads } from './compare-with-heads.ts';
import { enrolmentOf, type Enrolment } from './memory-enrolment.ts';
import { valueOf, type Value } from './history.ts';
import { operationsOf } from './memory-operations.ts';
import type { Process } from './scheduler.ts';
import { ConnectionLost, statementsOf } from './statements.ts';
import type { World } from './world.ts';

/** One write of a user's transaction: makes the new value from the present one; undefined deletes. */
export interface RowChange {
  readonly key: string;
  readonly mutation: string;
  readonly change: (present: Value | undefined) => Value | undefined | 'unchanged';
}

/** What one process can ask of the simulated Postgres. Every statement is two points: on its way, and its answer. */
export interface Connection {
  readonly postgres: PostgresSide;
  readonly operations: OperationsSide;
  readonly reader: EraseContext['reader'];
  readonly ledger: Ledger;
  /**
   * A user's transaction; it holds its locks for `holdMs`. `closed`: the gate refused it, nothing was done. Rejects with
   * `ConnectionLost` when the commit's outcome is unknown.
   */
  write(changes: readonly RowChange[], holdMs: number): Promise<'written' | 'closed'>;
  read(key: string): Promise<{ version: Version; value: Value | undefined }>;
  /** As the worker's `leaveCopy`. */
  leaveCopy(): Promise<boolean>;
  notePass(epoch: number): Promise<void>;
  /** Puts `paused` beside the stage where nothing stands, and takes it away. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  readonly enrolment: Enrolment;
}

/** Opens a connection of this process. */
export function connect(world: World, owner: Process): Connection {
  const { scheduler, database, choices, plan, history } = world;
  const { locks } = database;
  const statements = statementsOf(world, owner);
  const { call, transaction, lock } = statements;
  /** What this process was started for. */
  const { incarnation } = database;
  const insistOwn = (): void => {
    if (database.incarnation === incarnation && database.condition !== 'terminated') return;
    throw new LayerError('stage.unexpected', 'the tenant was ended since this began');
  };

  const postgres: PostgresSide = {
    readGate: () => call('readGate', () => ({ ...database.gate })),
    closeGate: (epoch, waitMs) =>
      call('close', () =>
        transaction(async (holder) => {
          const giveUp = scheduler.after(waitMs, 'lock timeout', () => locks.cancel(holder));
          const got = await locks.acquire(holder, 'gate', 'exclusive');
          giveUp();
          await scheduler.point(owner, 'has gate');
          if (!got || !database.gate.isOpen || database.gate.epoch !== epoch) return false;
          database.gate = { isOpen: false, epoch };
          world.observe({ step: 'close' });
          return true;
        }),
      ),
    openGate: (epoch) =>
      call('open', () =>
        transaction(async (holder) => {
          await lock(holder, 'gate', 'exclusive');
          insistOwn();
          if (epoch <= database.gate.epoch) return false;
          database.gate = { isOpen: true, epoch };
          world.observe({ step: 'open' });
          return true;
        }),
      ),
    reopenGate: (epoch, operation) =>
      call('reopen', () =>
        transaction(async (holder) => {
          await lock(holder, 'gate', 'exclusive');
          const { gate } = database;
          if (!database.isDraining(operation) || gate.isOpen || gate.epoch !== epoch) return false;
          database.gate = { isOpen: true, epoch };
          world.observe({ step: 'reopen' });
          return true;
        }),
      ),
    dirty: (limit) =>
      call('snapshot', () => {
        const slices = database.dirtySlices(limit);
        for (const bucket of slices.keys()) world.observe({ step: 'snapshot', bucket });
        return slices;
      }),
    dirtyCount: () => call('dirtyCount', () => database.dirty.size),
    positions: () =>
      call('positions', () => {
        const all = Array.from({ length: plan.buckets }, (_, bucket) => bucket);
        return new Map(all.map((bucket) => [bucket, database.racked(bucket).seq]));
      }),
    applyReverse: (bucket, position, records) =>
      call('reverse', () =>
        transaction(async (holder) => {
          await lock(holder, 'gate', 'shared');
          if (database.gate.isOpen) throw new Error('the gate is open: Postgres is the authority');
          insistOwn();
          await lock(holder, `racked ${bucket}`, 'exclusive');
          const racked = database.racked(bucket);
          if (racked.seq >= position) return 0;
          const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
          for (const [key] of sorted) await lock(holder, `row ${key}`, 'exclusive');
          racked.seq = position;
          let applied = 0;
          for (const [key, stored] of sorted) {
            const value = stored.deleted ? undefined : valueOf(stored.value);
            if (!database.take(key, { version: stored.version, value })) continue;
            history.copied('Postgres', key, stored.version, value);
            applied += 1;
          }
          world.counts.reversed += applied;
          world.observe({ step: 'reverse', bucket });
          return applied;
        }),
      ),
    stage: () => call('stage', () => database.stage),
    changeStage: (change) => call('changeStage', () => database.changeStage(change)),
    cleanPass: (of, epoch) =>
      call('cleanPass', () => {
        const isClean = database.passes.some(
          (pass) => pass.epoch === epoch && pass.incarnation === of,
        );
        return isClean ? `pass ${epoch}` : undefined;
      }),
    compareDigests: (send, shouldStop) => compareWithHeads(call, database, send, shouldStop),
  };

  const acknowledge = (
    bucket: number,
    items: Parameters<Ledger['acknowledge']>[1],
    seen: Seen,
  ): number => {
    if (database.incarnation !== incarnation) return 0;
    let cleared = 0;
    for (const { key, version } of items) {
      const mark = database.dirty.get(key);
      if (mark === undefined || locks.isHeld(`row ${key}`)) continue;
      if (compareVersions(mark, version) !== 0) continue;
      database.dirty.delete(key);
      cleared += 1;
    }
    const racked = database.racked(bucket);
    const now = { e: seen.epoch, n: seen.seq };
    if (compareVersions(racked.seen, now) < 0) {
      racked.seen = now;
      racked.cursor = seen.cursor;
    }
    world.observe({ step: 'acknowledge', bucket });
    return cleared;
  };

  return {
    postgres,
    operations: operationsOf(world, statements),
    reader: {
      after: (bucket, cursor, limit) =>
        call('slice', (): Slice => {
          world.observe({ step: 'snapshot', bucket });
          return database.after(bucket, cursor, limit);
        }),
      keys: (keys) =>
        call('keys', () => {
          for (const key of keys)
            world.observe({ step: 'snapshot', bucket: database.bucketOf(key) });
          return database.slice(keys);
        }),
    },
    ledger: {
      acknowledge: (bucket, items, seen) =>
        call('acknowledge', () => acknowledge(bucket, items, seen)),
      present: (keys) =>
        call('present', () => {
          const rows = keys.map((key) => [key, database.rows.get(key)?.version] as const);
          return new Map(rows.flatMap(([key, at]) => (at === undefined ? [] : [[key, at]])));
        }),
      setAside: () => call('setAside', () => history.fail('set aside', 'no record is too large')),
    },
    write: async (changes, holdMs) => {
      await scheduler.point(owner, 'begin →');
      return transaction(async (holder) => {
        await lock(holder, 'gate', 'shared');
        if (!database.gate.isOpen) return 'closed';
        const sorted = [...changes].sort((a, b) => (a.key < b.key ? -1 : 1));
        for (const { key } of sorted) await lock(holder, `row ${key}`, 'exclusive');
        if (holdMs > 0) await scheduler.sleep(owner, holdMs);
        await scheduler.point(owner, 'commit →');
        if (world.fault('connectionLost', plan.faults.connectionLost)) throw new ConnectionLost();
        for (const { key, mutation, change } of sorted) {
          const value = change(database.rows.get(key)?.value);
          const step = value === undefined ? 'delete' : 'write';
          if (value !== 'unchanged') world.acceptInPostgres(key, mutation, value, step);
        }
        locks.release(holder);
        await scheduler.point(owner, 'commit ←');
        if (choices.chance(plan.faults.connectionLost)) throw new ConnectionLost();
        return 'written';
      });
    },
    read: (key) =>
      call('read', () => {
        const row = database.rows.get(key);
        return { version: row?.version ?? { e: 0, n: 0 }, value: row?.value };
      }),
    leaveCopy: () =>
      call('leaveCopy', () => {
        const { stage, buckets } = database;
        const isDone = Array.from({ length: buckets }, (_, b) => database.racked(b).cursor.at);
        if (stage !== 'copy' || database.condition !== null || isDone.some((at) => at !== 'end'))
          return false;
        database.changeStage({ from: ['copy'], to: 'verify', who: owner.name, action: 'copied' });
        return true;
      }),
    notePass: (epoch) =>
      call('pass', () => {
        database.passes.push({ incarnation, epoch });
      }),
    pause: () =>
      call('pause', () => {
        database.condition ??= 'paused';
      }),
    unpause: () =>
      call('unpause', () => {
        if (database.condition !== 'paused') return;
        database.condition = database.erasures.size > 0 ? 'erasing' : null;
      }),
    enrolment: enrolmentOf(world, statements),
  };
}
