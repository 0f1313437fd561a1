import type { ErasingSide } from '../handover/operations-side.ts';
import { compareVersions } from '../terms.ts';
import { rejectUnerased } from './erased.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** An erasure's view of the simulated Postgres, as `postgres/operations/erasing` has it in SQL. */
export function erasingOf(world: World, { call, transaction, lock }: Statements): ErasingSide {
  const { database, history } = world;
  return {
    beginErasure: (keys) =>
      call('beginErasure', () => {
        const id = `e${world.counts.erasures}`;
        database.erasures.set(id, new Map(keys.map((key) => [key, undefined])));
        database.condition ??= 'erasing';
        world.counts.erasures += 1;
        return id;
      }),
    openErasures: () =>
      call('openErasures', () =>
        [...database.erasures].map(([id, keys]) => ({
          id,
          keys: [...keys].map(([key, version]) => ({ key, version })),
        })),
      ),
    eraseHere: (erasure, key) =>
      call('eraseHere', () =>
        transaction(async (holder) => {
          await lock(holder, `erasure ${erasure} ${key}`, 'exclusive');
          const keys = database.erasures.get(erasure);
          if (keys?.has(key) !== true) return 'reported';
          const noted = keys.get(key);
          if (noted !== undefined) return noted;
          await lock(holder, 'gate', 'shared');
          if (!database.gate.isOpen) return 'gate closed';
          await lock(holder, `row ${key}`, 'exclusive');
          world.erases += 1;
          const version = world.acceptInPostgres(key, `erase:${world.erases}`, undefined, 'erase');
          keys.set(key, version);
          return version;
        }),
      ),
    noteErased: (erasure, key, version) =>
      call('noteErased', () =>
        transaction(async (holder) => {
          await lock(holder, 'gate', 'shared');
          const keys = database.erasures.get(erasure);
          if (keys?.has(key) !== true || keys.get(key) !== undefined) return false;
          const { isOpen, epoch } = database.gate;
          const held = database.rows.get(key)?.version;
          const isHeld = held !== undefined && compareVersions(held, version) === 0;
          if ((isOpen || version.e <= epoch) && !isHeld) return false;
          keys.set(key, version);
          return true;
        }),
      ),
    heldHere: (key) =>
      call('heldHere', () => {
        const row = database.rows.get(key);
        return row && { version: row.version, deleted: row.value === undefined };
      }),
    eraseArchived: (erasure, bucket, key, version) =>
      call('eraseArchived', () =>
        transaction(async (holder) => {
          await lock(holder, `erasure ${erasure} ${key}`, 'exclusive');
          const marked = database.erasures.get(erasure)?.get(key);
          if (marked === undefined || compareVersions(marked, version) !== 0) return;
          await lock(holder, 'gate', 'shared');
          if (database.gate.isOpen) throw new Error('the gate is open: Postgres is the authority');
          await lock(holder, `row ${key}`, 'exclusive');
          world.observe({ step: 'erase', bucket });
          database.racked(bucket).seq += 1;
          const before = database.rows.get(key);
          if (before !== undefined && compareVersions(before.version, version) >= 0) return;
          database.rows.set(key, { version, value: undefined });
        }),
      ),
    isFilled: (bucket) => call('isFilled', () => database.racked(bucket).cursor.at === 'end'),
    report: (erasure, { deletes, isFinal }) =>
      call('report', () => {
        const keys = database.erasures.get(erasure);
        if (keys === undefined) return true;
        const isArchived = database.stage === 'final';
        if (isArchived && !isFinal) return false;
        for (const [key, marked] of keys) {
          const found = deletes.get(key);
          if (marked === undefined || found === undefined) return false;
          if (compareVersions(marked, found) !== 0) return false;
        }
        database.erasures.delete(erasure);
        rejectUnerased(world, keys);
        for (const key of keys.keys()) {
          world.observe({ step: 'reportErased', bucket: database.bucketOf(key) });
          if (isArchived && database.rows.get(key)?.value === undefined) database.rows.delete(key);
        }
        if (database.condition === 'erasing' && database.erasures.size === 0) {
          database.condition = null;
        }
        history.counts.erased += keys.size;
        return true;
      }),
  };
}
