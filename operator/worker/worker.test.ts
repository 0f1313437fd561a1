import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantProgress } from 'crossgrade/postgres';
import { startServer } from '../../local-site/server.ts';
import { createForgeStore, type LocalForgeStore } from '../../local-site/storage/index.ts';
import { seededRandom, systemClock } from '../../local-site/support/index.ts';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { ENTITIES } from '../../test/migration/support/entities.ts';
import { insertList, renameList } from '../../test/migration/support/rows.ts';
import { pino } from 'pino';
import { runWorker, type RunningWorker } from './run-worker.ts';

const INSTALLATION = 'ari:cloud:ecosystem::installation/00000000-0000-4000-8000-0000000000aa';
let database: TestDatabase;
let store: LocalForgeStore;
let storageUrl: string;
let stopServer: () => Promise<unknown>;
let token: string | undefined = 'good';
const workers: RunningWorker[] = [];

beforeAll(async () => {
  database = await testDatabase();
  store = createForgeStore({ file: ':memory:', clock: systemClock, random: seededRandom(5) });
  store.open(INSTALLATION);
  store.declare(INSTALLATION, ENTITIES);
  const server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.headers.authorization !== 'Bearer good') {
        response.writeHead(401).end('{"code":"UNAUTHORIZED","message":""}');
        return;
      }
      const operation = (request.url ?? '').replace('/v1', '');
      void store
        .handle(INSTALLATION, operation, Buffer.concat(chunks).toString())
        .then((answer) => {
          response.writeHead(answer.status);
          response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
        });
    });
  }, 0);
  storageUrl = server.url;
  stopServer = () => server.close();
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await stopServer();
  store.close();
  await database.drop();
});

const start = async () => {
  const config = {
    databaseUrl: database.url,
    group: checklists,
    storageUrl,
    linkedTenants: () =>
      Promise.resolve([{ tenant: 'acme', cloudId: 'c', installationId: INSTALLATION }]),
    systemToken: () => Promise.resolve(token),
  };
  workers.push(await runWorker(config, pino({ level: 'silent' })));
};
const progress = () => tenantProgress(database.pool, 'acme', 'checklists');
async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never happened: ${what}; ${JSON.stringify(await progress())}`);
}

describe('a worker', () => {
  it('does nothing without a living token and takes up the work when one comes', async () => {
    for (let i = 0; i < 30; i++) await insertList(database.pool, 'acme');
    token = undefined;
    await start();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await progress()).toMatchObject({ stage: 'off', condition: null });
    token = 'good';
    await until('verified', async () => {
      const now = await progress();
      return now.stage === 'verify' && now.differences === 0 && now.recordsCopied === 30;
    });
  });

  it('shares a tenant with a second one and follows what changes', async () => {
    await start();
    const id = await insertList(database.pool, 'acme');
    await renameList(database.pool, 'acme', id, 'seen by two');
    await until('pushed', async () => (await progress()).dirty === 0);
    const stored = [...store.inspect(INSTALLATION)].find((item) => item.key === `list:${id}`);
    expect(stored?.value).toMatchObject({ doc: { name: 'seen by two' } });
  });

  it('quarantines a tenant whose heads are gone, says why and leaves it alone', async () => {
    for (const item of store.inspect(INSTALLATION)) {
      if (item.entityName !== 'mig-head') continue;
      await store.handle(
        INSTALLATION,
        '/entity/delete',
        JSON.stringify({ entityName: 'mig-head', key: item.key }),
      );
    }
    for (let i = 0; i < 5; i++) await insertList(database.pool, 'acme');
    await until('quarantined', async () => (await progress()).condition === 'quarantined');
    expect((await progress()).conditionReason).toContain('head.missing');
  });
});
