import type { OperationsSide } from '../handover/operations-side.ts';
import type { MemoryPostgres } from './memory-postgres.ts';

/** Finalize's view of the simulated Postgres. Erasures and failovers without Forge are not simulated. */
export function operationsOf(
  database: MemoryPostgres,
  call: <T>(label: string, effect: () => T) => Promise<T>,
  onForgotten: (bucket: number) => void,
): OperationsSide {
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
          if (database.rows.get(key)?.value !== undefined) continue;
          database.rows.delete(key);
          onForgotten(database.bucketOf(key));
        }
      }),
    noteSwept: (bucket) => call('noteSwept', () => void database.swept.add(bucket)),
    endSweep: () =>
      call('endSweep', () => {
        if (database.stage !== 'final' || database.isSwept) return;
        database.isSwept = true;
        database.dirty.clear();
      }),
    ...{ beginErasure: absent, openErasures: absent, eraseHere: absent, noteErased: absent },
    ...{ heldHere: absent, eraseArchived: absent, isFilled: absent, report: absent },
    ...{ loss: absent, survive: absent, strand: absent, endForced: absent },
  };
}

function absent(): Promise<never> {
  return Promise.reject(new Error('not simulated'));
}
