import { randomUUID } from 'node:crypto';
import { startServer } from '../../local-site/server.ts';
import { createForgeStore, type LocalForgeStore } from '../../local-site/storage/index.ts';
import { seededRandom, systemClock } from '../../local-site/support/index.ts';
import { checklists } from '../../remote-server/records/index.ts';
import { ENTITIES } from '../../test/migration/support/entities.ts';
import type { CrossgradeConfig } from '../config.ts';

/** Forge's storage at an address of its own, and a configuration whose one tenant it belongs to. */
export interface StoreOverHttp {
  readonly store: LocalForgeStore;
  readonly config: CrossgradeConfig;
  /** Whose storage the address leads to; another one after a re-installation. */
  installationId: string;
  /** What the next calls are answered instead of the store's own answer. `matching` limits it to some bodies. */
  instead: { readonly status: number; readonly matching?: RegExp } | undefined;
  token: string | undefined;
  /** Requests that arrived, whatever they were answered. */
  calls: number;
  close(): Promise<void>;
}

/** Starts it. `tenant` is linked from the start. */
export async function startStoreOverHttp(
  databaseUrl: string,
  tenant: string,
): Promise<StoreOverHttp> {
  const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
  const random = seededRandom(5);
  const store = createForgeStore({ file: ':memory:', clock: systemClock, random });
  store.open(installationId);
  store.declare(installationId, ENTITIES);
  const server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { instead } = self;
      self.calls += 1;
      if (request.headers.authorization !== 'Bearer good') {
        response.writeHead(401).end('{"code":"UNAUTHORIZED","message":""}');
        return;
      }
      if (instead !== undefined && (instead.matching?.test(body) ?? true)) {
        response.writeHead(instead.status).end();
        return;
      }
      const operation = (request.url ?? '').replace('/v1', '');
      void store.handle(self.installationId, operation, body).then((answer) => {
        response.writeHead(answer.status);
        response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
      });
    });
  }, 0);
  const self: StoreOverHttp = {
    store,
    installationId,
    instead: undefined,
    token: 'good',
    calls: 0,
    config: {
      databaseUrl,
      group: checklists,
      storageUrl: server.url,
      linkedTenants: () =>
        Promise.resolve([{ tenant, cloudId: 'c', installationId: self.installationId }]),
      systemToken: () => Promise.resolve(self.token),
    },
    async close() {
      await server.close();
      store.close();
    },
  };
  return self;
}
