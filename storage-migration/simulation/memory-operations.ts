import type { OperationsSide } from '../handover/operations-side.ts';
import { erasingOf } from './memory-erasing.ts';
import { survivingOf } from './memory-surviving.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** What finalize, erase and terminate see of the simulated Postgres. */
export function operationsOf(world: World, statements: Statements): OperationsSide {
  const { database } = world;
  const { call } = statements;
  return {
    standing: () =>
      call('standing', () => {
        const { stage, condition, isSealing, isSwept } = database;
        return { stage, condition, isSealing, isSwept, isForced: false };
      }),
    beginSealing: () => call('beginSealing', () => database.beginSealing()),
    unswept: () =>
      call('unswept', () =>
        Array.from({ length: database.buckets }, (_, bucket) => bucket).filter(
          (bucket) => !database.swept.has(bucket),
        ),
      ),
    tombstones: (bucket, limit) => call('tombstones', () => database.tombstones(bucket, limit)),
    forget: (keys) =>
      call('forget', () => {
        for (const key of keys) {
          const isWatched = [...database.erasures.values()].some((keys) => keys.has(key));
          if (isWatched || database.rows.get(key)?.value !== undefined) continue;
          database.rows.delete(key);
          world.observe({ step: 'forget', bucket: database.bucketOf(key) });
        }
      }),
    noteSwept: (bucket) => call('noteSwept', () => void database.swept.add(bucket)),
    endSweep: () =>
      call('endSweep', () => {
        if (database.stage !== 'final' || database.isSwept) return;
        database.isSwept = true;
        database.dirty.clear();
      }),
    ...erasingOf(world, statements),
    ...survivingOf(world, statements),
  };
}
