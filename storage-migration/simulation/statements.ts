import type { Holder } from './locks.ts';
import type { Process } from './scheduler.ts';
import type { World } from './world.ts';

/** The connection to Postgres broke; whether the statement had its effect is not known. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** How one process talks to the simulated Postgres. */
export interface Statements {
  /** A statement that has its effect at one moment: on its way is a point, its answer another, and it may be lost at either. */
  readonly call: <T>(label: string, effect: () => T | Promise<T>) => Promise<T>;
  /** A transaction: its locks are free when it ends, also by the death of its process. */
  readonly transaction: <T>(work: (holder: Holder) => Promise<T>) => Promise<T>;
  /** Waits for a lock; having it is a point. */
  readonly lock: (holder: Holder, name: string, mode: 'shared' | 'exclusive') => Promise<void>;
}

export function statementsOf(world: World, owner: Process): Statements {
  const { scheduler, plan } = world;
  const { locks } = world.database;
  let transactions = 0;
  const maybeLost = (): void => {
    if (world.fault('connectionLost', plan.faults.connectionLost)) throw new ConnectionLost();
  };
  return {
    call: async (label, effect) => {
      await scheduler.point(owner, `${label} →`);
      maybeLost();
      const result = await effect();
      await scheduler.point(owner, `${label} ←`);
      maybeLost();
      return result;
    },
    transaction: async (work) => {
      const holder = { name: `${owner.name}/${(transactions += 1)}` };
      owner.onDeath.push(() => locks.release(holder));
      try {
        return await work(holder);
      } finally {
        locks.release(holder);
      }
    },
    lock: async (holder, name, mode) => {
      await locks.acquire(holder, name, mode);
      await scheduler.point(owner, `has ${name}`);
    },
  };
}
