/**
 * The users of `bench:handover`, in a process of their own: fifty writes a second through the app's own store, which finds out
 * at each call where the tenant lives, and waits while it is handed over. A write reads a list's name as a number and writes
 * the next one, so that a lost write and one that was made twice both show at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../remote-server/config.ts';
import { createPool } from '../remote-server/database/create-pool.ts';
import { createLogger } from '../remote-server/logging/create-logger.ts';
import { createServices } from '../remote-server/services.ts';
import { testEnvironment } from '../remote-server/testing/test-environment.ts';
import { readBenchInput, TENANT, TOKEN } from './bench-tenant.ts';
import { serveMeasures } from './local-site-serve.ts';

/** Writes a second while Postgres is the authority. */
const PER_SECOND = Number(process.env['BENCH_PER_SECOND'] ?? 50);
/** And while Forge is: one write unit each, of the 66 a second that an installation has. */
const PER_SECOND_AT_FORGE = Number(process.env['BENCH_PER_SECOND_AT_FORGE'] ?? 50);

const { databaseUrl, storageUrl, installationId } = readBenchInput();
const pool = createPool(databaseUrl);
await pool.query(
  `insert into forge_token (installation_id, system_token, api_base_url, received_at)
   values ($1, $2, 'http://localhost', now())`,
  [installationId, TOKEN],
);
const environment = testEnvironment('http://localhost:9', databaseUrl);
const services = createServices(readConfig({ ...environment, FORGE_STORAGE_URL: storageUrl }), {
  ...{ pool, logger: createLogger('fatal') },
});
const store = services.storeOf(TENANT);

/** A write that ended: when it began and ended, epoch milliseconds. */
interface Ended {
  readonly from: number;
  readonly to: number;
}

const { rows } = await pool.query<{ id: string }>('select id from checklist where tenant = $1', [
  TENANT,
]);
const ids = rows.map(({ id }) => id);
const made: Record<string, number> = Object.fromEntries(ids.map((id) => [id, 0]));
const failed: string[] = [];
let ended: Ended[] = [];
let underWay = 0;
let turn = 0;
let isOn = false;
let perSecond = PER_SECOND;
let loop = Promise.resolve();

async function writeOne(): Promise<void> {
  // 7 is prime to the number of lists, so that a list has its next turn when all others had theirs.
  const id = ids[(turn * 7) % ids.length] ?? '';
  turn += 1;
  const from = Date.now();
  underWay += 1;
  try {
    await store.change({ on: 'list', listId: id }, async (unit) => {
      const list = await unit.list(id);
      if (list === undefined) throw new Error(`the list ${id} is gone`);
      const name = String(Number(list.name) + 1);
      await unit.updateList(id, { name, updatedAt: new Date().toISOString() });
    });
    made[id] = (made[id] ?? 0) + 1;
    ended.push({ from, to: Date.now() });
  } catch (error) {
    failed.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    underWay -= 1;
  }
}

/** Requests come at their time, whatever became of those before them. */
async function keepWriting(): Promise<void> {
  for (let next = Date.now(); isOn; next += 1_000 / perSecond) {
    await sleep(Math.max(0, next - Date.now()));
    void writeOne();
  }
}

async function untilIdle(): Promise<void> {
  await loop;
  while (underWay > 0) await sleep(20);
}

serveMeasures(
  {},
  {
    begin() {
      isOn = true;
      perSecond = PER_SECOND;
      loop = keepWriting();
      return Promise.resolve();
    },
    /** Goes on at the rate for Forge. */
    slow() {
      perSecond = PER_SECOND_AT_FORGE;
      return Promise.resolve();
    },
    async pause() {
      isOn = false;
      await untilIdle();
    },
    /** What has ended since the last time this was asked. */
    ended() {
      const since = ended;
      ended = [];
      return Promise.resolve({ ended: since });
    },
    load: () => Promise.resolve({ underWay }),
    async end() {
      isOn = false;
      await untilIdle();
      return { made, failed: failed.slice(0, 20), failures: failed.length };
    },
    async stop() {
      isOn = false;
      await services.close();
      await pool.end();
    },
  },
);
