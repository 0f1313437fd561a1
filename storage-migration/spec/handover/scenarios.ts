import type { Bounds } from './state.ts';

/** One bounded world that the handover model is searched in. */
export interface Scenario {
  readonly name: string;
  readonly bounds: Bounds;
  /** Whether the search also shows that a writable and a converged state stay in reach. */
  readonly liveness: boolean;
}

/**
 * Searched in every run. Each opens one dimension wide and keeps the others narrow; a world with all of them wide has more
 * states than any machine can hold.
 */
export const SCENARIOS = {
  moves: scenario('one record, every move delayed', {
    ...{ buckets: 1, postgresWrites: 2, forgeWrites: 2, deletes: 1, epochs: 4 },
    delayedMoves: true,
  }),
  buckets: scenario('two buckets, every move delayed', {
    ...{ buckets: 2, postgresWrites: 1, forgeWrites: 1, deletes: 0, epochs: 4 },
    delayedMoves: true,
  }),
  looks: scenario('two buckets, heads looked at one after the other', {
    ...{ buckets: 2, postgresWrites: 1, forgeWrites: 1, deletes: 0, epochs: 4 },
    separateLooks: true,
  }),
  transactions: live('transactions open over the close', {
    ...{ buckets: 1, postgresWrites: 2, forgeWrites: 0, deletes: 1, epochs: 3 },
    openTransactions: true,
  }),
  seeded: live('records from before, brought by backfill alone', {
    ...{ buckets: 2, postgresWrites: 1, forgeWrites: 0, deletes: 0, epochs: 3 },
    seeded: true,
  }),
  rollbacks: scenario('rollbacks, their aborts, collected tombstones', {
    ...{ buckets: 1, postgresWrites: 1, forgeWrites: 1, deletes: 1, epochs: 6 },
    collections: 1,
  }),
  log: scenario('log entries deleted, tombstones collected', {
    ...{ buckets: 1, postgresWrites: 2, forgeWrites: 1, deletes: 1, epochs: 4 },
    ...{ collections: 1, trimming: true },
  }),
  wipe: scenario('wipe and restart', {
    ...{ buckets: 1, postgresWrites: 2, forgeWrites: 1, deletes: 1, epochs: 4 },
    wipes: 1,
  }),
  reinstall: scenario('ended, and installed again', {
    ...{ buckets: 1, postgresWrites: 2, forgeWrites: 2, deletes: 0, epochs: 5 },
    ...{ wipes: 1, reinstalls: true },
  }),
  erasure: live('erasure', {
    ...{ buckets: 1, postgresWrites: 1, forgeWrites: 1, deletes: 0, epochs: 5 },
    ...{ erasures: 1, collections: 1 },
  }),
  seal: live('sealed and swept, every move delayed', {
    ...{ buckets: 1, postgresWrites: 1, forgeWrites: 1, deletes: 1, epochs: 5 },
    ...{ delayedMoves: true, sealing: true },
  }),
  sealing: live('two buckets sealed amid a rollback, every move delayed', {
    ...{ buckets: 2, postgresWrites: 1, forgeWrites: 1, deletes: 0, epochs: 5 },
    ...{ delayedMoves: true, sealing: true, atForge: true },
  }),
  finalizing: scenario('two buckets sealed, moves at once', {
    ...{ buckets: 2, postgresWrites: 1, forgeWrites: 1, deletes: 0, epochs: 5 },
    sealing: true,
  }),
  turnaround: live('one record there and back', {
    ...{ buckets: 1, postgresWrites: 1, forgeWrites: 1, deletes: 1, epochs: 4 },
    delayedMoves: true,
  }),
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** Searched beside the others by `npm run model -- --deep`. */
export const DEEP: readonly Scenario[] = [
  scenario('sealed and swept, more writes, every move delayed', {
    ...{ buckets: 1, postgresWrites: 1, forgeWrites: 2, deletes: 1, epochs: 5 },
    ...{ delayedMoves: true, sealing: true },
  }),
  scenario('two buckets, every move delayed, separate looks', {
    ...{ buckets: 2, postgresWrites: 1, forgeWrites: 1, deletes: 0, epochs: 4 },
    ...{ delayedMoves: true, separateLooks: true },
  }),
  scenario('two buckets, more writes, every move delayed', {
    ...{ buckets: 2, postgresWrites: 2, forgeWrites: 1, deletes: 0, epochs: 4 },
    delayedMoves: true,
  }),
];

function scenario(name: string, bounds: Bounds): Scenario {
  return { name, bounds, liveness: false };
}

function live(name: string, bounds: Bounds): Scenario {
  return { name, bounds, liveness: true };
}
