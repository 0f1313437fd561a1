import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createForgeStore } from './index.ts';
import { createFakeClock, seededRandom } from '../support/index.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { storeUnderTest } from './testing/sdk.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a store on a file', () => {
  it('has its items, entities, indexes and counters again after it was closed and opened', async () => {
    const file = join(folder, 'items.db');
    const first = await storeUnderTest({ file, entities: [EMPLOYEE] });
    await first.sdk.kvs.set('plain', { text: 'ü🙂' });
    await first.sdk.kvs.setSecret('secret', 'hidden');
    await first.sdk.kvs.entity('employee').set('e', { n: 5, team: 'red' });
    const used = first.store.usage(first.installationId);
    first.store.close();

    const clock = createFakeClock(first.clock.now() + 60_000);
    const store = createForgeStore({ file, clock, random: seededRandom(2) });
    const call = (operation: string, body: unknown) =>
      store.handle(first.installationId, operation, JSON.stringify(body));
    expect(store.usage(first.installationId)).toEqual(used);
    expect((await call('/get', { key: 'plain' })).body).toEqual({
      key: 'plain',
      value: { text: 'ü🙂' },
    });
    expect((await call('/secret/get', { key: 'secret' })).body).toEqual({
      key: 'secret',
      value: 'hidden',
    });
    const query = { entityName: 'employee', indexName: 'by-team', partition: ['red'] };
    expect((await call('/entity/query', query)).body).toMatchObject({ data: [{ key: 'e' }] });
    store.close();
  });

  it('keeps what was answered although it was never closed', async () => {
    const file = join(folder, 'killed.db');
    const first = await storeUnderTest({ file });
    await first.sdk.kvs.transact().set('a', 1).set('b', 2).execute();
    const second = await storeUnderTest({ file });
    expect([...second.store.inspect(second.installationId)]).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ]);
    second.store.close();
    first.store.close();
  });

  it('is refused when another version of the store wrote it', () => {
    const file = join(folder, 'foreign.db');
    const foreign = new DatabaseSync(file);
    foreign.exec('pragma user_version = 99');
    foreign.close();
    const open = () =>
      createForgeStore({ file, clock: createFakeClock(), random: seededRandom(1) });
    expect(open).toThrow(expect.objectContaining({ code: 'foreign_store_file' }));
  });
});
