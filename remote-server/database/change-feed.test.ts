import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '../../test/support/database.ts';
import type { TestDatabase } from '../../test/support/database.ts';
import { openChangeFeed } from './change-feed.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the change feed', () => {
  it('tells of committed notes only, and of the time in which it could not hear', async () => {
    const heard: string[] = [];
    const feed = openChangeFeed(
      database.url,
      ['tenant_changed'],
      {
        note: (_channel, payload) => heard.push(payload),
        lost: () => heard.push('lost'),
        listening: () => heard.push('listening'),
      },
      { ping: 20, retry: 20 },
    );
    try {
      await until(() => heard.includes('listening'));
      expect(heard).toEqual(['lost', 'listening']);

      const client = await database.pool.connect();
      await client.query('begin');
      await client.query(
        `insert into "AddonSettings" ("clientKey", "key", "val") values ('k', 'clientInfo', '{}')`,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(heard).not.toContain('k');
      await client.query('commit');
      client.release();
      await until(() => heard.includes('k'));

      heard.length = 0;
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tally-remote-feed' and datname = current_database()`,
      );
      await until(() => heard.includes('listening'));
      expect(heard[0]).toBe('lost');
      await database.pool.query(`delete from "AddonSettings" where "clientKey" = 'k'`);
      await until(() => heard.includes('k'));
    } finally {
      await feed.close();
    }
  });

  it('keeps trying while the database is away, and ends when told', async () => {
    const heard: string[] = [];
    const feed = openChangeFeed(
      'postgres://nobody@127.0.0.1:1/none',
      ['tenant_changed'],
      { note: () => undefined, lost: () => heard.push('lost'), listening: () => undefined },
      { ping: 20, retry: 5 },
    );
    await until(() => heard.length > 3);
    await feed.close();
    const after = heard.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard.length).toBe(after);
  });
});
