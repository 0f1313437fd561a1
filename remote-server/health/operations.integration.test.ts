import { spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { migrateLayer } from 'crossgrade/postgres';
import { createRemote } from '../create-remote.ts';
import { createPool } from '../database/create-pool.ts';
import { migrateApp } from '../database/migrate.ts';
import { createLogger } from '../logging/create-logger.ts';
import { testEnvironment } from '../testing/test-environment.ts';
import { startTestRemote } from '../testing/test-remote.ts';
import type { TestRemote } from '../testing/test-remote.ts';
import { contextToken, invocationToken, qsh, siteToken } from '../testing/tokens.ts';

let remote: TestRemote;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase(), {
    routeLimit: 500,
    extend: (app) => {
      app.get('/hangs', () => undefined);
      app.get('/breaks', () => {
        throw new Error('sharedSecret=abcdefghijklmnop in a message');
      });
    },
  });
});
afterAll(() => remote.close());

const silent = createLogger('silent');

describe('health', () => {
  it('is live and ready over a migrated database', async () => {
    expect((await request(remote.app).get('/health/live')).body).toEqual({ live: true });
    expect((await request(remote.app).get('/health/ready')).body).toEqual({ ready: true });
  });

  it('is not ready without the unique indexes, and the remote does not start (ACE defects 1 and 2)', async () => {
    const database = await testDatabase();
    const pool = createPool(database.url);
    try {
      await pool.query('drop index addon_settings_client_key_key');
      await pool.query(
        'create index addon_settings_client_key_key on "AddonSettings" ("clientKey", "key")',
      );
      const config = { ...remote.config, databaseUrl: database.url };
      await expect(createRemote(config, { pool, logger: silent })).rejects.toThrow(
        'addon_settings_client_key_key',
      );
    } finally {
      await pool.end();
      await database.drop();
    }
  });
});

describe('migrating', () => {
  it('makes ACE’s indexes unique on a database that the library made, and refuses duplicates', async () => {
    const database = await emptyDatabase();
    try {
      await database.pool.query(`
        create table "AddonSettings" ("id" serial primary key, "clientKey" varchar(255), "key" varchar(255), "val" json);
        create index addon_settings_client_key_key on "AddonSettings" ("clientKey", "key");
        insert into "AddonSettings" ("clientKey", "key") values ('k', 'clientInfo'), ('k', 'clientInfo');`);
      await migrateLayer(database.pool);
      await expect(migrateApp(database.pool)).rejects.toMatchObject({
        cause: { message: 'AddonSettings holds several rows for one tenant' },
      });
      await database.pool.query('delete from "AddonSettings" where id = 1');
      await migrateApp(database.pool);
      await migrateApp(database.pool);
      await expect(
        database.pool.query(
          `insert into "AddonSettings" ("clientKey", "key") values ('k', 'clientInfo')`,
        ),
      ).rejects.toThrow('addon_settings_client_key_key');
    } finally {
      await database.drop();
    }
  });
});

describe('a database that is down', () => {
  it('is 503 on every kind of route, never 401 and never an empty list', async () => {
    const other = await startTestRemote(await testDatabase());
    const dead = createPool('postgres://nobody@127.0.0.1:1/none');
    const broken = await other.over(dead);
    try {
      const tenant = await other.installed();
      const page = '/connect/issue-panel';
      const hook = '/webhooks/issue-deleted';
      const fit = await invocationToken(other.fake, other.newInstallation());
      await request(other.app).get('/forge/upgrade').set('authorization', `Bearer ${fit}`);
      const { app } = broken;
      const token = contextToken(tenant, { issueId: '1', projectId: '2' });
      const answers = [
        await request(app).get('/api/issues/1/lists').set('authorization', `JWT ${token}`),
        await request(app)
          .post('/api/issues/1/lists')
          .set('authorization', `JWT ${token}`)
          .send({ name: 'A' }),
        await request(app).get('/api/upgrade').set('authorization', `JWT ${token}`),
        await request(app).get('/api/export').set('authorization', `JWT ${token}`),
        await request(app).get(`${page}?jwt=${siteToken(tenant, { qsh: qsh('GET', page) })}`),
        await request(app)
          .post(hook)
          .set('authorization', `JWT ${siteToken(tenant, { qsh: qsh('POST', hook) })}`)
          .send({ issue: { id: '1' } }),
        await request(app).get('/forge/upgrade').set('authorization', `Bearer ${fit}`),
        await request(app).post('/forge/tick').set('authorization', `Bearer ${fit}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual(Array(answers.length).fill(503));
      for (const { body } of answers) {
        expect(body).toMatchObject({ error: { code: 'database_unavailable' } });
      }
      expect((await request(app).get('/health/ready')).status).toBe(503);
      expect((await request(app).get('/health/live')).status).toBe(200);
    } finally {
      await broken.close();
      await dead.end();
      await other.close();
    }
  });

  it('is 503 for an install, so that the site tries again', async () => {
    const other = await startTestRemote(await testDatabase());
    const dead = createPool('postgres://nobody@127.0.0.1:1/none');
    const broken = await other.over(dead);
    try {
      const answer = await other.install(other.newTenant(), {}, broken.app);
      expect(answer.status).toBe(503);
    } finally {
      await broken.close();
      await dead.end();
      await other.close();
    }
  });
});

describe('errors', () => {
  it('say nothing of what broke and log it without secrets', async () => {
    const answer = await request(remote.app).get('/breaks');
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      error: { code: 'internal', message: 'Something went wrong on our side.' },
    });
    expect(remote.logged.join('')).not.toContain('abcdefghijklmnop');
  });

  it('answer 404 in the same form for an address that does not exist', async () => {
    const answer = await request(remote.app).get('/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error: { code: 'not_found' } });
  });

  it('end a route that never answers (ACE defect 7)', async () => {
    const answer = await request(remote.app).get('/hangs');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ error: { code: 'timed_out' } });
  });
});

describe('the server', () => {
  it('takes the large headers that Forge sends', async () => {
    const server = remote.remote.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(
        {
          port,
          host: '127.0.0.1',
          path: '/health/live',
          headers: { 'x-large': 'x'.repeat(40_000) },
        },
        (res) => {
          res.resume();
          resolve(res.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    server.close();
    server.closeAllConnections();
    expect(status).toBe(200);
  });
});

describe('the process', () => {
  const node = process.execPath;
  const start = (file: string, env: Record<string, string>) => {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const child = spawn(node, ['--disable-warning=ExperimentalWarning', path], { env });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, exit, out: () => out, err: () => err };
  };

  it('says when it is ready and ends cleanly on SIGTERM', async () => {
    const database = await testDatabase();
    const { child, exit, out, err } = start(
      '../main.ts',
      testEnvironment(remote.fake.url, database.url),
    );
    try {
      while (!out().includes('\n') && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (child.exitCode !== null) throw new Error(err());
      const ready = JSON.parse(out()) as { ready: boolean; url: string };
      expect(ready.ready).toBe(true);
      const answer = await fetch(`${ready.url}/health/ready`);
      expect(answer.status).toBe(200);
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await database.drop();
    }
  });

  it('does not start with authentication switched off (trap E), and says why', async () => {
    const env = {
      ...testEnvironment(remote.fake.url, 'postgres://x@127.0.0.1:1/x'),
      AC_OPTS: 'no-auth',
    };
    const { exit, err } = start('../main.ts', env);
    expect(await exit).toBe(1);
    expect(err()).toContain('AC_OPTS');
  });

  it('ends on a stray rejection although the library only logs it (ACE defect 10)', async () => {
    const database = await testDatabase();
    const env = testEnvironment(remote.fake.url, database.url);
    const { exit, err } = start('../testing/stray-rejection.ts', env);
    expect(await exit).toBe(1);
    expect(err()).toContain('unhandled_rejection');
    await database.drop();
  });
});
