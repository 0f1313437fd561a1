import type { SurvivingSide } from '../handover/operations-side.ts';
import { LayerError } from '../errors.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** What goes on without Forge, as `postgres/operations/surviving` has it in SQL. Forced failovers are not simulated. */
export function survivingOf(world: World, { call, transaction, lock }: Statements): SurvivingSide {
  const { database } = world;
  const racked = (bucket: number): ReturnType<typeof database.racked> => database.racked(bucket);
  const buckets = Array.from({ length: database.buckets }, (_, bucket) => bucket);
  return {
    loss: () =>
      call('loss', () => {
        const { epoch } = database.gate;
        const behind = buckets
          .map((bucket) => ({ bucket, ...racked(bucket) }))
          .filter(({ seen, seq }) => seen.e > epoch && seen.n > seq)
          .map(({ bucket, seen, seq }) => ({ bucket, entries: seen.n - seq }));
        const highest = Math.max(epoch, ...buckets.map((bucket) => racked(bucket).seen.e));
        return { epoch: highest, buckets: behind, lastLook: null };
      }),
    survive: (change) =>
      call('survive', () =>
        transaction(async (holder) => {
          const { epoch, whileOpen } = change;
          if (epoch !== null) {
            await lock(holder, 'gate', 'exclusive');
            if (epoch <= database.gate.epoch || (whileOpen && !database.gate.isOpen)) {
              throw new LayerError('plan.stale', `the gate has been at epoch ${epoch} meanwhile`);
            }
            database.gate = { isOpen: true, epoch };
            for (const keys of database.erasures.values()) {
              for (const [key, version] of keys) {
                if (version !== undefined && !database.holds(key, version))
                  keys.set(key, undefined);
              }
            }
          }
          database.survive(change);
          world.ended(change);
        }),
      ),
    ...{ strand: absent, endForced: absent },
  };
}

function absent(): Promise<never> {
  return Promise.reject(new Error('not simulated'));
}
