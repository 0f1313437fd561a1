import type { Cursor } from '../bucket/position.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** What a new enrolment asks of the simulated Postgres, as `postgres/enrol` has it in SQL. */
export interface Enrolment {
  /** Where the tenant stands; a terminated one begins anew in another installation. */
  register(installation: number): Promise<void>;
  /** The gate's epoch, and the buckets in which there are versions. */
  occupied(): Promise<{ readonly epoch: number; readonly buckets: ReadonlySet<number> }>;
  noteHead(bucket: number, head: { epoch: number; seq: number; bf: Cursor }): Promise<void>;
  /** To stage `copy`. */
  begin(installation: number): Promise<void>;
}

export function enrolmentOf({ database }: World, { call }: Statements): Enrolment {
  return {
    register: (installation) => call('register', () => database.reincarnate(installation)),
    occupied: () =>
      call('occupied', () => ({
        epoch: database.gate.epoch,
        buckets: new Set([...database.rows.keys()].map((key) => database.bucketOf(key))),
      })),
    noteHead: (bucket, { epoch, seq, bf }) =>
      call('noteHead', () => {
        const racked = database.racked(bucket);
        if (database.stage !== 'off' || racked.seq > 0 || racked.seen.n > 0) return;
        racked.seen = { e: epoch, n: seq };
        racked.cursor = bf;
      }),
    begin: (installation) =>
      call('begin', () => {
        if (database.stage !== 'off' || database.installation !== installation) return;
        if (database.condition === 'terminated') return;
        database.stage = 'copy';
        database.versionsAtBegin = new Map(
          [...database.rows].map(([key, row]) => [key, row.version]),
        );
      }),
  };
}
