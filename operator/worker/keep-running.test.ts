import { afterEach, describe, expect, it } from '@jest/globals';
import type { TaskList } from 'graphile-worker';
import type pg from 'pg';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { whilePostgresIsDown } from '../../test/migration/support/postgres-outage.ts';
import { openPool } from '../open-pool.ts';
import { keepRunning, type KeptRunner } from './keep-running.ts';
import { startQueue } from './start-queue.ts';

let database: TestDatabase | undefined;
let pool: pg.Pool | undefined;
let kept: KeptRunner | undefined;
/** Ends the jobs that wait, also those that begin to wait later. */
let endAll: () => void = () => undefined;
afterEach(async () => {
  endAll();
  await kept?.stop();
  await pool?.end();
  await database?.drop();
});

/** A queue whose jobs `wait` end one by one, when they are told to, and whose jobs `note` are counted. */
async function waitingQueue() {
  database = await testDatabase();
  pool = openPool(database.url, 12);
  const seen = { noted: 0 };
  const waiting: (() => void)[] = [];
  const ended = new Promise<void>((end) => (endAll = end));
  const tasks: TaskList = {
    wait: () => Promise.race([new Promise<void>((end) => waiting.push(end)), ended]),
    note: () => {
      seen.noted += 1;
    },
  };
  const log = pino({ level: 'silent' });
  const onPool = pool;
  kept = await keepRunning(
    (watched) => startQueue(onPool, watched, log),
    tasks,
    () => undefined,
  );
  return { database, kept, seen, waiting };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a queue that is kept running', () => {
  it.each([
    { jobs: 1, ending: 1 },
    { jobs: 5, ending: 5 },
    { jobs: 2, ending: 1 },
  ])('goes on after $ending of $jobs jobs ended while Postgres was away', async (way) => {
    const { database, kept, seen, waiting } = await waitingQueue();
    for (let i = 0; i < way.jobs; i++) await kept.addJob('wait', { i });
    await until(() => waiting.length === way.jobs);
    await whilePostgresIsDown(database, async () => {
      for (const end of waiting.splice(0, way.ending)) {
        end();
        // Their outcomes are written at once, but not together.
        await pause(3);
      }
      await pause(500);
    });
    await until(async () => {
      await kept.addJob('note', {}, { jobKey: 'note' }).catch(() => undefined);
      return seen.noted > 0;
    });
    expect(seen.noted).toBeGreaterThan(0);
  });
});

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never happened');
}
