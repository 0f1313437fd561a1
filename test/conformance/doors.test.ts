import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeClock, startLocalSite } from 'crossgrade-local-site';
import type { LocalSite, Site, UnmodelledCall } from 'crossgrade-local-site';
import { BRIDGE_OPERATIONS } from '../../local-site/browser/bridge-operations.ts';
import { KNOWN_GRAPHQL, KNOWN_PATHS, KNOWN_TARGETS } from './drift/known-calls.ts';
import type { KnownCall } from './drift/known-calls.ts';
import { buildTinyApp } from './tiny-app/build-tiny-app.ts';
import { startVendor } from './tiny-app/start-vendor.ts';
import type { Vendor } from './tiny-app/start-vendor.ts';

interface Heard {
  readonly status: number;
  readonly error: string | null;
  readonly text: string;
}
const STARGATE = { type: 'fpp', provider: 'app', remote: 'stargate' };
const KVS = { type: 'kvs', provider: 'app', remote: 'kvs' };

/** Every word the local site lists as known is tried, and whatever it does not know must be heard of. */
describe('a call that the local site does not model', () => {
  let folder: string;
  let vendor: Vendor;
  let local: LocalSite;
  let site: Site;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doors-'));
    await buildTinyApp(folder);
    vendor = await startVendor();
    local = await startLocalSite({
      appDir: folder,
      variables: { REMOTE_BASE_URL: vendor.url },
      ports: { site: 0, platform: 0, customUi: 0 },
      clock: createFakeClock(Date.now()),
      switches: { platform: { egressPerMinute: 1_000_000 } },
    });
    const found = local.sites.get('main');
    if (found === undefined) throw new Error('There is no site main.');
    site = found;
    await local.upgradeInPlace(site);
    // A function's call brings the vendor the token that the doors of the platform ask for.
    await raw({ type: 'frc', remote: 'vendor' }, '/hello');
  });
  afterAll(async () => {
    await local.close();
    await vendor.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the register has gained through `act`. */
  const recorded = async (act: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = local.unmodelled();
    const countOf = (calls: readonly UnmodelledCall[], { room, what }: UnmodelledCall): number =>
      calls.find((call) => call.room === room && call.what === what)?.count ?? 0;
    await act();
    return local
      .unmodelled()
      .filter((call) => call.count > countOf(before, call))
      .map(({ room, what }) => `${room}: ${what}`);
  };
  const origin = () => ({
    site,
    moduleKey: 'tiny-forge-page',
    moduleType: 'jira:globalPage',
    accountId: site.users[0]?.accountId ?? '',
  });
  const raw = async (
    target: Readonly<Record<string, unknown>>,
    path: string,
    body?: string,
  ): Promise<Heard> => {
    const payload = { target, path, method: body === undefined ? 'GET' : 'POST', body };
    return (await local.platform.invokeResolver(origin(), 'raw', payload)) as Heard;
  };
  const expectKnown = async (known: KnownCall, say: () => Promise<Heard>): Promise<void> => {
    let status = 0;
    const calls = await recorded(async () => ({ status } = await say()));
    if (known.modelled) {
      expect(calls).toEqual([]);
      expect(status).not.toBe(501);
    } else {
      expect(calls).not.toEqual([]);
      expect(status).toBe(501);
    }
  };
  const tried = (list: Readonly<Record<string, KnownCall>>): [string, KnownCall][] =>
    Object.entries(list).filter(([, { coveredBy }]) => coveredBy === undefined);

  it.each(tried(KNOWN_TARGETS))(
    'as a target of a function: %s is as listed',
    async (word, known) => {
      const [type = '', ...fields] = word.split(' ');
      const target: Record<string, unknown> = { type };
      for (const field of fields) {
        const [name = '', value] = field.split('=');
        target[name] = value === '*' ? 'x' : value;
      }
      if (type === 'frc') target['remote'] = 'vendor';
      if (word === 'fpp provider=*') {
        Object.assign(target, { provider: 'app', contextAri: 'ari:cloud:jira::site/1' });
      }
      const path = type === 'kvs' ? '/api/v1/get' : '/rest/api/3/serverInfo';
      await expectKnown(known, () => raw(target, path, type === 'kvs' ? '{"key":"k"}' : undefined));
    },
  );

  it.each(tried(KNOWN_PATHS))('as a path of a function: %s is as listed', async (path, known) => {
    const target = path.startsWith('/api/v1/') ? KVS : STARGATE;
    await expectKnown(known, () => raw(target, path.replace('*', 'x'), '{}'));
  });

  it.each(tried(KNOWN_GRAPHQL))('as a GraphQL operation: %s is as listed', async (name, known) => {
    const body = JSON.stringify({ query: `mutation ${name}($input: I!) { x }`, variables: {} });
    await expectKnown(known, () => raw(STARGATE, '/graphql', body));
  });

  it('through the real SDK: what it does with web triggers is modelled', async () => {
    const outcome = { url: '' };
    const calls = await recorded(async () => {
      Object.assign(outcome, await local.platform.invokeResolver(origin(), 'webTriggers', {}));
    });
    expect(calls).toEqual([]);
    expect(outcome.url).toMatch(/^http:/);
  });

  it.each([
    ['a path of the store that no SDK has', KVS, '/api/v1/vacuum', '{}'],
    ['another version of the store', KVS, '/api/v9/get', '{}'],
    ['Forge SQL', { type: 'sql', provider: 'app', remote: 'sql' }, '/api/v1/execute', '{}'],
    ['the object store', { type: 'os', provider: 'app', remote: 'os' }, 'api/v1/metadata', '{}'],
    ['realtime', { type: 'realtime' }, '/', '{}'],
    ['a product that does not exist', { type: 'fpp', provider: 'app', remote: 'x' }, '/', '{}'],
    ['a kind of target that does not exist', { type: 'quantum' }, '/entangle', '{}'],
    ['an unknown GraphQL operation', STARGATE, '/graphql', '{"query":"query nobody { me }"}'],
    [
      "a path of Jira's REST API",
      { type: 'fpp', provider: 'app', remote: 'jira' },
      '/rest/x',
      '{}',
    ],
  ])('from a function: %s', async (_name, target, path, body) => {
    await expectKnown({ modelled: false }, () => raw(target, path, body));
  });

  it('through the real SDK: a product that is not there', async () => {
    const outcome = () =>
      local.platform.invokeResolver(origin(), 'confluence', {}).catch((error: unknown) => error);
    expect(await recorded(outcome)).toEqual([expect.stringMatching(/confluence GET \/wiki\/api/)]);
  });

  it.each([
    ['the platform, an unknown path', 'platform', 'GET', '/nothing'],
    ['the platform, another product', 'platform', 'GET', '/ex/confluence/x/wiki/api/v2/pages'],
    ['the platform, an unknown storage path', 'platform', 'POST', '/forge/storage/kvs/v1/vacuum'],
    ['the platform, Forge SQL', 'platform', 'POST', '/forge/storage/sql/v1/execute'],
    ['the site, a method that no page has', 'site', 'PUT', '/browse/X-1'],
    ["the site, a path of Jira's REST API", 'site', 'GET', '/rest/api/3/nothing'],
    ["the site, a path of Connect's REST API", 'site', 'GET', '/rest/atlassian-connect/1/nothing'],
  ] as const)('over HTTP: %s', async (_name, server, method, path) => {
    let status = 0;
    const calls = await recorded(async () => {
      const answer = await fetch(local.urls[server] + path, {
        method,
        headers: {
          ...(server === 'platform' ? { authorization: `Bearer ${vendor.systemToken()}` } : {}),
          origin: local.urls[server],
          'content-type': 'application/json',
        },
        ...(method === 'GET' ? {} : { body: '{}' }),
      });
      status = answer.status;
    });
    expect(calls).not.toEqual([]);
    expect(status).toBe(501);
  });

  it('over HTTP: the origin of Custom UI has files and nothing else', async () => {
    const answer = await fetch(`${local.urls.customUi}/nothing`, { method: 'POST' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it('over HTTP: an operation that the real Forge CLI could ask for', async () => {
    let text = '';
    const calls = await recorded(async () => {
      const answer = await fetch(`${local.urls.platform}/graphql`, {
        method: 'POST',
        headers: { authorization: 'Basic YTpi', 'content-type': 'application/json' },
        body: '{"query":"query forge_cli_nobody { me }","variables":{}}',
      });
      text = await answer.text();
    });
    // GraphQL answers 200 whatever happens; what happened is in the errors.
    expect(text).toContain('NOT_MODELLED');
    expect(text).toContain('501');
    expect(calls).toEqual([expect.stringContaining('forge_cli_nobody')]);
  });

  it.each(BRIDGE_OPERATIONS.filter(({ modelled }) => !modelled).map(({ name }) => name))(
    'from a page: the operation %s of the bridge',
    async (operation) => {
      let status = 0;
      const calls = await recorded(async () => {
        const answer = await fetch(`${local.urls.site}/_local/bridge`, {
          method: 'POST',
          headers: { origin: local.urls.site, 'content-type': 'application/json' },
          body: JSON.stringify({ moduleKey: 'tiny-forge-page', operation, payload: {} }),
        });
        status = answer.status;
      });
      expect(calls).toEqual([`bridge: ${operation}`]);
      expect(status).toBe(501);
    },
  );
});
