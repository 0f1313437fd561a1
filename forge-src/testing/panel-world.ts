import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishTarget } from 'crossgrade/live';
import type { List } from '../../checklist/index.ts';
import { createForgeStorage } from '../../remote-server/testing/forge-storage.ts';
import type { CopiedTenant, ForgeStorage } from '../../remote-server/testing/forge-storage.ts';
import { startTestRemote } from '../../remote-server/testing/test-remote.ts';
import type { ApiCaller, TestRemote } from '../../remote-server/testing/test-remote.ts';
import { invocationToken } from '../../remote-server/testing/tokens.ts';
import type { TestTenant } from '../../remote-server/testing/tokens.ts';
import { testDatabase } from '../../test/support/database.ts';
import { checklists } from '../resolvers/checklists.ts';

export const ISSUE = '10100';
export const PROJECT = '10000';

interface Target {
  readonly type: string;
  readonly remote?: string;
}

/**
 * The resolver in this process, with the real packages of Atlassian; behind them the local site's store and the real server
 * over a real database. Jira is the one part that is played: it shows the issues in `visible`.
 */
export interface PanelWorld {
  readonly remote: TestRemote;
  readonly forge: ForgeStorage;
  /** Issues that Jira shows to the person who invokes, with their projects; a status instead is Jira's answer. */
  readonly visible: Map<string, string | number>;
  /** Paths of the server that functions called. */
  readonly asked: string[];
  /** From now on the server can't be reached; null undoes it. */
  instead: Error | null;
  /** A tenant with a list on each of the issues, linked to an installation; nothing is copied yet. */
  tenant(issues?: readonly string[]): Promise<PanelTenant>;
  close(): Promise<void>;
}

export interface PanelTenant {
  readonly clientKey: string;
  /** By issue. */
  readonly panels: ReadonlyMap<string, PanelOnIssue>;
  /** Copies and verifies everything, so that the tenant can be handed over. */
  copy(): Promise<CopiedTenant>;
}

/** Both panels of one issue. */
export interface PanelOnIssue {
  readonly issueId: string;
  /** The legacy panel's API, on the issue. */
  readonly legacy: ApiCaller;
  /** The list that was there first. */
  readonly list: List;
  /** Invokes a definition of the panel's resolver, as a page on the issue does. */
  readonly invoke: <T = List>(
    name: string,
    payload?: object,
    as?: { issueId?: string; accountId?: string },
  ) => Promise<T>;
}

/** Starts one. Only one lives in a process: the packages take their transport from a global. */
export async function startPanelWorld(): Promise<PanelWorld> {
  const remote = await startTestRemote(await testDatabase(), { parkMs: 9_000, patienceMs: 700 });
  const forge = createForgeStorage(remote.fake);
  remote.fake.answer = forge.answer;
  const listener = createServer({ maxHeaderSize: 64 * 1024 }, remote.app);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  let installation = { installationId: '', cloudId: '' };

  const world: PanelWorld = {
    remote,
    forge,
    visible: new Map([[ISSUE, PROJECT]]),
    asked: [],
    instead: null,
    async tenant(issues = [ISSUE]) {
      const tenant = await remote.installed();
      const panels = new Map<string, PanelOnIssue>();
      for (const issueId of issues) {
        world.visible.set(issueId, PROJECT);
        const legacy = remote.on(tenant, { issueId, projectId: PROJECT }, { sub: 'uma' });
        const items = [{ text: 'one' }, { text: 'two', mandatory: true }];
        const body = { name: 'Before', items };
        const list = (await legacy.post(`/api/issues/${issueId}/lists`, body)).body as List;
        panels.set(issueId, {
          ...{ issueId, legacy, list },
          invoke: <T>(name: string, payload = {}, as = {}) =>
            invoke(name, payload, { issueId, ...as }) as Promise<T>,
        });
      }
      installation = remote.newInstallation();
      await link(remote, tenant, installation);
      forge.store.open(installation.installationId);
      return {
        ...{ clientKey: tenant.clientKey, panels },
        async copy() {
          const copied = await forge.verified(remote.pool, tenant.clientKey);
          installation = { ...installation, installationId: copied.installationId };
          await link(remote, tenant, installation);
          await publishTarget(copied.context.send);
          return copied;
        },
      };
    },
    async close() {
      Reflect.deleteProperty(globalThis, '__forge_fetch__');
      Reflect.deleteProperty(globalThis, '__forge_runtime__');
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
      await remote.close();
      forge.close();
    },
  };

  const storage = async (path: string, body: string): Promise<Response> => {
    if (forge.instead !== undefined) {
      if (typeof forge.instead === 'string') throw new Error('cut');
      return Response.json(forge.instead.body ?? {}, { status: forge.instead.status });
    }
    const { installationId } = installation;
    const answer = await forge.store.handle(installationId, path.replace('/api/v1', ''), body);
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status });
  };
  const jira = (path: string): Response => {
    const id = /^\/rest\/api\/3\/issue\/(\d+)\?fields=project$/.exec(path)?.[1] ?? '';
    const project = world.visible.get(id) ?? 404;
    return typeof project === 'number'
      ? Response.json({ errorMessages: ['no'] }, { status: project })
      : Response.json({ id, fields: { project: { id: project } } });
  };
  const server = async (path: string, init: RequestInit): Promise<Response> => {
    world.asked.push(`${init.method ?? 'GET'} ${path}`);
    if (world.instead !== null) throw world.instead;
    const token = await invocationToken(remote.fake, installation);
    const headers = { ...(init.headers as object), authorization: `Bearer ${token}` };
    return fetch(url + path, { ...init, headers });
  };
  Object.assign(globalThis, {
    __forge_runtime__: { ...RUNTIME },
    __forge_fetch__: (target: Target, path: string, init: RequestInit & { body: string }) => {
      if (target.type === 'kvs') return storage(path, init.body);
      if (target.type === 'frc') return server(path, init);
      return Promise.resolve(
        target.remote === 'jira' ? jira(path) : new Response(null, { status: 201 }),
      );
    },
  });
  return world;
}

/** As the platform calls the resolver. */
function invoke(
  functionKey: string,
  payload: object,
  { issueId, accountId = 'ada' }: { issueId: string; accountId?: string },
): Promise<unknown> {
  const extension = { type: 'jira:issuePanel', issue: { id: issueId, key: 'T-1' } };
  const context = { cloudId: 'cloud', accountId, moduleKey: 'checklists', extension };
  return checklists({ call: { functionKey, payload }, context }, { principal: { accountId } });
}

async function link(
  remote: TestRemote,
  { clientKey }: TestTenant,
  { installationId, cloudId }: { installationId: string; cloudId: string },
): Promise<void> {
  await remote.pool.query('delete from tenant_link where client_key = $1', [clientKey]);
  await remote.pool.query(
    `insert into tenant_link (client_key, cloud_id, installation_id, state, channels, linked_at)
     values ($1, $2, $3, 'linked', '{test}', now())`,
    [clientKey, cloudId, installationId],
  );
}

const RUNTIME = {
  metrics: {
    counter: () => ({ incr: () => undefined }),
    timing: () => ({ measure: () => ({ stop: () => undefined }) }),
  },
  appContext: {},
  contextAri: 'ari:cloud:jira::site/00000000-0000-4000-8000-000000000001',
};
