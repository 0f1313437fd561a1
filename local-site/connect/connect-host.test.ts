import {
  AsymmetricAlgorithm,
  createQueryStringHash,
  decodeAsymmetric,
  decodeSymmetric,
  encodeSymmetric,
  fromMethodAndUrl,
  getAlgorithm,
  getKeyId,
  SymmetricAlgorithm,
} from 'atlassian-jwt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../support/index.ts';
import type { FakeClock } from '../support/index.ts';
import type { ConnectModule, DeployedApp, ModuleContext, Site } from '../types.ts';
import { createConnectHost } from './index.ts';
import type { ConnectHostRoom } from './index.ts';
import { startTestApp } from './test-app.ts';
import type { ReceivedRequest, TestApp } from './test-app.ts';

const KEY = 'com.example.app';
const INSTALLATION = 'ari:cloud:ecosystem::installation/0b7c';
const context: ModuleContext = {
  accountId: 'account-1',
  issue: { id: '10001', key: 'TALLY-1' },
  project: { id: '10000', key: 'TALLY' },
};

describe('the Connect host', () => {
  let app: TestApp;
  let clock: FakeClock;
  let host: ConnectHostRoom;
  let site: Site;
  let descriptorUrl: string;

  beforeEach(async () => {
    app = await startTestApp();
    app.respond = answerWithDescriptor;
    descriptorUrl = `${app.baseUrl}/atlassian-connect.json`;
    clock = createFakeClock();
    host = createConnectHost({ clock });
    site = {
      slug: 'acme',
      displayName: 'Acme',
      cloudId: 'cloud-1',
      clientKey: 'client-1',
      baseUrl: 'http://localhost:4400/sites/acme',
      users: [],
      generation: 'none',
    };
  });
  afterEach(() => app.close());

  const descriptor = (): string =>
    JSON.stringify({
      key: KEY,
      baseUrl: app.baseUrl,
      authentication: { type: 'jwt' },
      lifecycle: { installed: '/installed', uninstalled: '/uninstalled', enabled: '/enabled' },
      modules: {
        jiraIssueContents: [
          {
            key: 'panel',
            target: { type: 'web_panel', url: '/panel?issue={issue.key}&x={no.such}' },
          },
        ],
        configurePage: { key: 'configure', url: '/configure' },
        webhooks: [
          { event: 'jira:issue_deleted', url: '/hooks/deleted?issue={issue.id}' },
          { event: 'jira:issue_deleted', url: '/hooks/again' },
          { event: 'jira:issue_created', url: '/hooks/created' },
        ],
      },
    });
  const answerWithDescriptor: TestApp['respond'] = ({ url }) =>
    url === '/atlassian-connect.json' ? { status: 200, body: descriptor() } : undefined;
  const to = (path: string): ReceivedRequest[] =>
    app.received.filter(({ url }) => url.split('?')[0] === path);
  const bodyOf = (request: ReceivedRequest | undefined): Record<string, unknown> =>
    JSON.parse(request?.body ?? '{}') as Record<string, unknown>;
  const tokenOf = (request: ReceivedRequest | undefined): string =>
    String(request?.headers['authorization']).replace('JWT ', '');
  const secret = (): string => bodyOf(to('/installed').at(-1))['sharedSecret'] as string;
  const claims = (token: string): Record<string, unknown> =>
    decodeSymmetric(token, secret(), SymmetricAlgorithm.HS256) as Record<string, unknown>;
  const qsh = (method: string, url: string): string =>
    createQueryStringHash(fromMethodAndUrl(method, url), false, app.baseUrl);
  const panel = (): ConnectModule => host.modules(site).find(({ key }) => key === 'panel')!;
  const hybrid = (lifecycle: Record<string, string> | undefined): DeployedApp => ({
    appId: 'ari:cloud:ecosystem::app/1',
    version: '2.0.0',
    environmentId: 'environment-1',
    forgeModules: [],
    connectKey: KEY,
    connectBaseUrl: `${app.baseUrl}/hybrid`,
    connectModules: [
      ...(lifecycle === undefined ? [] : [{ type: 'lifecycle', key: 'life', body: lifecycle }]),
      { type: 'jiraIssueContents', key: 'panel', body: { target: { url: '/new-panel' } } },
    ],
    uiModules: [],
    entities: [],
  });

  it('posts an install that is signed with the published install key', async () => {
    await host.install(site, descriptorUrl);
    const request = to('/installed')[0];
    const token = tokenOf(request);
    expect(getAlgorithm(token)).toBe('RS256');
    const pem = host.installKey(getKeyId(token) as string)!;
    expect(decodeAsymmetric(token, pem, AsymmetricAlgorithm.RS256)).toMatchObject({
      iss: 'client-1',
      aud: [app.baseUrl],
      qsh: qsh('POST', '/installed'),
    });
    expect(host.installKey('another')).toBeUndefined();
    expect(bodyOf(request)).toMatchObject({
      key: KEY,
      clientKey: 'client-1',
      baseUrl: site.baseUrl,
      eventType: 'installed',
      sharedSecret: expect.stringMatching(/^[\w-]{64}$/) as unknown,
    });
    expect(bodyOf(request)).not.toHaveProperty('installationId');
    expect(site.generation).toBe('connect');
    expect(claims(tokenOf(to('/enabled')[0]))).toMatchObject({ qsh: qsh('POST', '/enabled') });
  });

  it('does not install an app that refuses, nor one whose descriptor is not Connect', async () => {
    app.respond = (request) =>
      request.url === '/installed' ? { status: 401 } : answerWithDescriptor(request);
    await expect(host.install(site, descriptorUrl)).rejects.toMatchObject({
      code: 'INSTALL_REFUSED',
    });
    expect(site.generation).toBe('none');
    expect(host.appKey(site)).toBeUndefined();
    app.respond = () => ({ status: 200, body: '{"key":"x","baseUrl":"{{localBaseUrl}}"}' });
    await expect(host.install(site, descriptorUrl)).rejects.toMatchObject({
      code: 'DESCRIPTOR_REFUSED',
    });
  });

  it('gives a new secret with every install', async () => {
    await host.install(site, descriptorUrl);
    const first = secret();
    await host.install(site, descriptorUrl);
    expect(secret()).not.toBe(first);
  });

  it('signs a context token for one issue that lives 15 minutes', async () => {
    await host.install(site, descriptorUrl);
    expect(claims(host.contextToken(site, context))).toMatchObject({
      iss: 'client-1',
      sub: 'account-1',
      qsh: 'context-qsh',
      iat: clock.now() / 1000,
      exp: clock.now() / 1000 + 900,
      context: { jira: { issue: { id: '10001', key: 'TALLY-1' }, project: { id: '10000' } } },
    });
  });

  it('makes page addresses with filled parameters and a token over all of them', async () => {
    await host.install(site, descriptorUrl);
    const url = new URL(host.moduleUrl(site, panel(), context));
    expect(url.origin + url.pathname).toBe(`${app.baseUrl}/panel`);
    const { jwt, ...query } = Object.fromEntries(url.searchParams);
    expect(query).toMatchObject({
      issue: 'TALLY-1',
      x: '',
      xdm_e: 'http://localhost:4400',
      xdm_c: `channel-${KEY}__panel`,
      cp: '/sites/acme',
      lic: 'active',
    });
    expect(claims(jwt!)).toMatchObject({
      sub: 'account-1',
      qsh: qsh('GET', url.pathname + url.search),
    });
    const webhook = host.modules(site).find(({ type }) => type === 'webhooks')!;
    expect(host.hasPage(panel())).toBe(true);
    expect(() => host.moduleUrl(site, { ...webhook, body: {} }, context)).toThrow('no url');
  });

  it('posts a webhook, signed, to every module that listens and to no other', async () => {
    await host.install(site, descriptorUrl);
    const body = { webhookEvent: 'jira:issue_deleted', issue: { id: '10001', key: 'TALLY-1' } };
    await host.webhook(site, 'jira:issue_deleted', body);
    const [deleted] = to('/hooks/deleted');
    expect(deleted?.url).toBe('/hooks/deleted?issue=10001');
    expect(bodyOf(deleted)).toEqual(body);
    expect(claims(tokenOf(deleted))).toMatchObject({
      iss: 'client-1',
      qsh: qsh('POST', '/hooks/deleted?issue=10001'),
    });
    expect(to('/hooks/again')).toHaveLength(1);
    expect(to('/hooks/created')).toHaveLength(0);
    expect(host.deliveries().map(({ status }) => status)).toEqual([204, 204]);
  });

  it('does not care when nobody hears a webhook', async () => {
    await host.install(site, descriptorUrl);
    await app.close();
    await host.webhook(site, 'jira:issue_created', {});
    expect(host.deliveries().at(-1)?.status).toBeUndefined();
    await host.webhook({ ...site, cloudId: 'another' }, 'jira:issue_created', {});
  });

  it('knows the app by its token for exactly one request', async () => {
    await host.install(site, descriptorUrl);
    const path = '/rest/api/3/issue/TALLY-1?fields=summary';
    const iat = clock.now() / 1000;
    const good = {
      iss: KEY,
      iat,
      exp: iat + 180,
      qsh: createQueryStringHash(fromMethodAndUrl('GET', path), false),
    };
    const caller = (change: object, key = secret(), method = 'GET'): unknown =>
      host.callerOfJwt(site, `JWT ${encodeSymmetric({ ...good, ...change }, key)}`, method, path);
    expect(caller({})).toEqual({ kind: 'app', via: 'connect' });
    expect(caller({}, secret(), 'PUT')).toBeUndefined();
    expect(caller({}, 'wrong')).toBeUndefined();
    expect(caller({ iss: 'client-1' })).toBeUndefined();
    expect(caller({ qsh: 'context-qsh' })).toBeUndefined();
    expect(host.callerOfJwt(site, 'Bearer x', 'GET', path)).toBeUndefined();
    clock.advance(181_000);
    expect(caller({})).toBeUndefined();
  });

  it('tells the app that it is uninstalled and forgets it whatever the answer', async () => {
    await host.install(site, descriptorUrl);
    app.respond = () => ({ status: 500 });
    await host.uninstall(site);
    expect(getAlgorithm(tokenOf(to('/uninstalled')[0]))).toBe('RS256');
    expect(site.generation).toBe('none');
    expect(host.modules(site)).toEqual([]);
    await expect(host.uninstall(site)).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
  });

  describe('during an upgrade in place', () => {
    it('keeps the client key, brings the installation id and a new secret, and says no goodbye', async () => {
      await host.install(site, descriptorUrl);
      const before = secret();
      await host.becomeHybrid(site, hybrid({ installed: '/installed' }), INSTALLATION, {});
      expect(bodyOf(to('/hybrid/installed')[0])).toMatchObject({
        clientKey: 'client-1',
        eventType: 'installed',
        installationId: INSTALLATION,
      });
      const after = bodyOf(to('/hybrid/installed')[0])['sharedSecret'] as string;
      expect(after).not.toBe(before);
      expect(to('/uninstalled')).toHaveLength(0);
      expect(to('/hybrid/enabled')).toHaveLength(0);
      expect(site).toMatchObject({ generation: 'hybrid', installationId: INSTALLATION });
      const url = host.moduleUrl(site, panel(), context);
      expect(url).toContain(`${app.baseUrl}/hybrid/new-panel?`);
      const jwt = new URL(url).searchParams.get('jwt')!;
      expect(decodeSymmetric(jwt, after, SymmetricAlgorithm.HS256)).toMatchObject({
        qsh: qsh('GET', new URL(url).pathname.replace('/hybrid', '') + new URL(url).search),
      });
    });

    it('keeps the secret when told not to rotate', async () => {
      await host.install(site, descriptorUrl);
      const before = secret();
      const deployed = hybrid({ installed: '/installed' });
      await host.becomeHybrid(site, deployed, INSTALLATION, { rotateSecret: false });
      expect(bodyOf(to('/hybrid/installed')[0])['sharedSecret']).toBe(before);
    });

    it.each([
      ['the switch is off', { installed: '/installed' }, { postInstalled: false }],
      ['the manifest declares no lifecycle', undefined, {}],
    ])('posts nothing and keeps the secret when %s', async (_name, lifecycle, options) => {
      await host.install(site, descriptorUrl);
      await host.becomeHybrid(site, hybrid(lifecycle), INSTALLATION, options);
      expect(to('/hybrid/installed')).toHaveLength(0);
      expect(site.generation).toBe('hybrid');
      expect(claims(host.contextToken(site, context))).toMatchObject({ iss: 'client-1' });
    });

    it('fails and leaves the Connect installation when the app refuses', async () => {
      await host.install(site, descriptorUrl);
      app.respond = () => ({ status: 500 });
      await expect(
        host.becomeHybrid(site, hybrid({ installed: '/installed' }), INSTALLATION, {}),
      ).rejects.toMatchObject({ code: 'LIFECYCLE_HOOK_FAILED' });
      expect(site.generation).toBe('connect');
      expect(site.installationId).toBeUndefined();
      expect(host.moduleUrl(site, panel(), context)).toContain(`${app.baseUrl}/panel`);
      const token = host.contextToken(site, context);
      const old = bodyOf(to('/installed')[0])['sharedSecret'] as string;
      expect(decodeSymmetric(token, old, SymmetricAlgorithm.HS256)).toBeDefined();
    });
  });
});
