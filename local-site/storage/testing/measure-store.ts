import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText, sendAnswer, startServer } from '../../server.ts';
import { seededRandom, systemClock } from '../../support/index.ts';
import type { EntitySchema } from '../../types.ts';
import { createForgeStore } from '../index.ts';
import type { LocalForgeStore } from '../index.ts';

/*
 * Figures of the store on a file, quotas off, everything else as it stands by default.
 *
 *   node local-site/storage/testing/measure-store.ts records [count]   records of 1 KB in batches of 25, in random key order
 *   node local-site/storage/testing/measure-store.ts http [count]      the same through HTTP, eight calls in flight
 *   node local-site/storage/testing/measure-store.ts tenants [count]   installations opened, declared, each queried once
 */
const RECORD: EntitySchema = {
  name: 'record',
  attributes: { n: 'integer', team: 'string', doc: 'any' },
  indexes: [{ name: 'by-team', partition: ['team'], range: ['n'] }],
};
const TEXT = 'x'.repeat(900);
const [, , what = 'records', counted] = process.argv;
const file = join(tmpdir(), `measure-store-${process.pid}.db`);

function openStore(): LocalForgeStore {
  const random = seededRandom(1);
  return createForgeStore({ file, clock: systemClock, random, limits: { quotas: false } });
}

/** Keys in an order that hits the tables at random places: `count` and the step have no common divisor. */
function batchAt(start: number, count: number): string {
  const items = Array.from({ length: 25 }, (_, at) => {
    const n = ((start + at) * 7_919) % count;
    const value = { n, team: `team-${n % 100}`, doc: { text: TEXT } };
    return { key: `record:${String(n).padStart(9, '0')}`, entityName: 'record', value };
  });
  return JSON.stringify(items);
}

function tell(what: string, amount: number, sinceMs: number): void {
  const ms = performance.now() - sinceMs;
  const { user, system } = process.cpuUsage();
  const rss = Math.round(process.memoryUsage().rss / 1e6);
  const rate = Math.round((amount / ms) * 1_000);
  const cpu = ((user + system) / 1e6).toFixed(1);
  console.log(
    `${what}: ${rate} a second, ${(ms / amount).toFixed(4)} ms each; ${cpu} s CPU in all, RSS ${rss} MB`,
  );
}

async function records(count: number): Promise<void> {
  let store = openStore();
  store.open('measured');
  store.declare('measured', [RECORD]);
  const call = (operation: string, body: unknown) =>
    store.handle('measured', operation, JSON.stringify(body));
  let since = performance.now();
  for (let at = 0; at < count; at += 25) {
    await store.handle('measured', '/batch/set', batchAt(at, count));
    if (at % 250_000 === 0) tell(`written ${at}`, at + 25, since);
  }
  tell('batched writes', count, since);
  store.close();

  since = performance.now();
  store = openStore();
  tell('open again', 1, since);
  since = performance.now();
  for (let at = 0; at < 5_000; at++) {
    const key = `record:${String((at * 104_729) % count).padStart(9, '0')}`;
    await call('/entity/get', { entityName: 'record', key });
  }
  tell('get', 5_000, since);
  const query = { entityName: 'record', limit: 100 };
  for (const index of [{ indexName: 'by-key' }, { indexName: 'by-team', partition: ['team-7'] }]) {
    since = performance.now();
    for (let at = 0; at < 100; at++) await call('/entity/query', { ...query, ...index });
    tell(`page of 100 ${index.indexName}`, 100, since);
  }
  since = performance.now();
  for (let at = 0; at < 2_000; at++) await call('/set', { key: `single:${at}`, value: TEXT });
  tell('single writes', 2_000, since);
  since = performance.now();
  let seen = 0;
  for (const item of store.inspect('measured')) seen += item.key === '' ? 0 : 1;
  tell(`walk over ${seen}`, seen, since);
  store.close();
}

async function http(count: number): Promise<void> {
  const store = openStore();
  store.open('measured');
  store.declare('measured', [RECORD]);
  const server = await startServer(async (request, response) => {
    const body = await readText(request, 8_000_000);
    sendAnswer(response, await store.handle('measured', request.url ?? '', body, 'rest'));
  }, 0);
  const post = async (path: string, body: string): Promise<void> => {
    const response = await fetch(server.url + path, { method: 'POST', body });
    await response.text();
    if (response.status !== 200) throw new Error(`Status ${response.status}`);
  };
  let next = 0;
  const send = async (): Promise<void> => {
    for (let at = next; at < count; at = next) {
      next += 25;
      await post('/batch/set', batchAt(at, count));
    }
  };
  let since = performance.now();
  await Promise.all(Array.from({ length: 8 }, send));
  tell('batched writes through HTTP, client included', count, since);
  since = performance.now();
  const get = JSON.stringify({ entityName: 'record', key: 'record:000000007' });
  for (let at = 0; at < 5_000; at++) await post('/entity/get', get);
  tell('get through HTTP, client included', 5_000, since);
  await server.close();
  store.close();
}

async function tenants(count: number): Promise<void> {
  const store = openStore();
  let since = performance.now();
  for (let at = 0; at < count; at++) {
    store.open(`installation-${at}`);
    store.declare(`installation-${at}`, [RECORD]);
  }
  tell('opened and declared', count, since);
  since = performance.now();
  for (let at = 0; at < count; at++) {
    await store.handle(`installation-${at}`, '/set', '{"key":"k","value":1}');
    await store.handle(`installation-${at}`, '/query', '{}');
  }
  tell('one write and one query each', count, since);
  store.close();
}

try {
  if (what === 'records') await records(Number(counted ?? 1_000_000));
  else if (what === 'http') await http(Number(counted ?? 100_000));
  else if (what === 'tenants') await tenants(Number(counted ?? 10_000));
  else throw new Error(`Measure "records", "http" or "tenants", not "${what}".`);
} finally {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
}
