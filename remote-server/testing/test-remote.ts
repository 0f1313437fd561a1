import { randomBytes, randomUUID } from 'node:crypto';
import type { Express } from 'express';
import type { Pool } from 'pg';
import request from 'supertest';
import { readConfig } from '../config.ts';
import type { RemoteConfig } from '../config.ts';
import { createRemote } from '../create-remote.ts';
import type { Remote, RemoteDeps } from '../create-remote.ts';
import { createPool } from '../database/create-pool.ts';
import { createLogger } from '../logging/create-logger.ts';
import { testEnvironment } from './test-environment.ts';
import { startFakeAtlassian } from './fake-atlassian.ts';
import type { FakeAtlassian } from './fake-atlassian.ts';
import { contextToken, installBody, lifecycleToken } from './tokens.ts';
import type { Change, TestInstallation, TestTenant } from './tokens.ts';

/** A remote over a database of its own, and a fake Atlassian around it. */
export interface TestRemote {
  readonly app: Express;
  readonly remote: Remote;
  readonly config: RemoteConfig;
  readonly fake: FakeAtlassian;
  readonly pool: Pool;
  readonly databaseUrl: string;
  /** Everything that was logged. */
  readonly logged: string[];
  /** A tenant nobody knows yet. */
  newTenant(): TestTenant;
  newInstallation(): TestInstallation;
  install(tenant: TestTenant, more?: Change, app?: Express): Promise<request.Response>;
  /** A tenant that has installed the app. */
  installed(): Promise<TestTenant>;
  /** A caller of the API on one issue. */
  on(
    tenant: TestTenant,
    page?: { issueId?: string; projectId?: string },
    claims?: Change,
  ): ApiCaller;
  /** A second remote on the same database. */
  another(deps?: Partial<RemoteDeps>): Promise<Remote>;
  /** A remote that started over this database and then lost it: its pool is replaced by `pool`. */
  over(pool: Pool): Promise<Remote>;
  close(): Promise<void>;
}

/** Sends signed API calls. */
export interface ApiCaller {
  readonly token: string;
  get(path: string): request.Test;
  post(path: string, body?: object): request.Test;
  put(path: string, body?: object): request.Test;
  patch(path: string, body?: object): request.Test;
  delete(path: string): request.Test;
}

/** A migrated database that goes away after the test. */
export interface DatabaseForTest {
  readonly url: string;
  drop(): Promise<void>;
}

/** Starts one on the database, which it drops at its end. Close it after the test. */
export async function startTestRemote(
  database: DatabaseForTest,
  deps: Partial<RemoteDeps> = {},
): Promise<TestRemote> {
  const fake = await startFakeAtlassian();
  const config = readConfig(testEnvironment(fake.url, database.url));
  const logged: string[] = [];
  const logger = createLogger(config.logLevel, {
    write: (line: string) => {
      logged.push(line);
      return true;
    },
  });
  const pool = createPool(database.url);
  const others: Remote[] = [];
  const start = (more: Partial<RemoteDeps>) => createRemote(config, { pool, logger, ...more });
  const remote = await start(deps);

  const self: TestRemote = {
    app: remote.app,
    remote,
    config,
    fake,
    pool,
    databaseUrl: database.url,
    logged,
    newTenant() {
      const id = randomUUID();
      const tenant = { clientKey: id, sharedSecret: randomBytes(32).toString('base64'), slug: id };
      fake.cloudIds.set(id, randomUUID());
      return tenant;
    },
    newInstallation: () => ({
      installationId: `ari:cloud:ecosystem::installation/${randomUUID()}`,
      cloudId: randomUUID(),
    }),
    async install(tenant, more, app = remote.app) {
      const token = await lifecycleToken(fake, tenant.clientKey, '/installed');
      return request(app)
        .post('/installed')
        .set('authorization', `JWT ${token}`)
        .send(installBody(fake, tenant, more));
    },
    async installed() {
      const tenant = self.newTenant();
      const { status } = await self.install(tenant);
      if (status !== 204) throw new Error(`The install was answered with ${status}`);
      await remote.idle();
      return tenant;
    },
    on(tenant, page = { issueId: '10100', projectId: '10000' }, claims = {}) {
      const token = contextToken(tenant, page, claims);
      const send = (method: 'get' | 'post' | 'put' | 'patch' | 'delete') => (path: string) =>
        request(remote.app)[method](path).set('authorization', `JWT ${token}`);
      return {
        token,
        get: send('get'),
        delete: send('delete'),
        post: (path, body) => send('post')(path).send(body),
        put: (path, body) => send('put')(path).send(body),
        patch: (path, body) => send('patch')(path).send(body),
      };
    },
    async another(more = {}) {
      const other = await start(more);
      others.push(other);
      return other;
    },
    async over(dead) {
      // The start checks the tables over the living pool; everything after that goes to the given one.
      let starting = true;
      const either = new Proxy(pool, {
        get(target, name) {
          const from = starting ? target : dead;
          const value: unknown = Reflect.get(from, name);
          return typeof value === 'function' ? (value.bind(from) as unknown) : value;
        },
      });
      const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
      const other = await createRemote({ ...config, databaseUrl }, { pool: either, logger });
      starting = false;
      return other;
    },
    async close() {
      for (const each of [remote, ...others]) await each.close();
      await pool.end();
      await database.drop();
      await fake.close();
    },
  };
  return self;
}
