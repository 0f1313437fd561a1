import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { CryptoKey } from 'jose';

/** A call the fake received. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** How the fake answers instead of what it knows. Undefined falls through to what it knows. */
export type Answer = { readonly status: number; readonly body?: unknown } | 'hang' | 'cut';
export type Switch = (call: Received) => Answer | undefined | Promise<Answer | undefined>;

/** Key servers, one Jira site per slug, and the product API, on one loopback port. */
export interface FakeAtlassian {
  readonly url: string;
  readonly kid: string;
  readonly installKey: CryptoKey;
  readonly forgeKey: CryptoKey;
  readonly calls: Received[];
  /** Administrators by account id. */
  readonly admins: Set<string>;
  /** Cloud id by slug of the site. */
  readonly cloudIds: Map<string, string>;
  /** Client key by system token. */
  readonly clientKeys: Map<string, string>;
  answer: Switch;
  siteUrl(slug: string): string;
  close(): Promise<void>;
}

/** Starts the stand-in with fresh keys. */
export async function startFakeAtlassian(): Promise<FakeAtlassian> {
  const install = await generateKeyPair('RS256', { extractable: true });
  const forge = await generateKeyPair('RS256', { extractable: true });
  const installPem = await exportSPKI(install.publicKey);
  const jwk = { ...(await exportJWK(forge.publicKey)), kid: 'forge-1', alg: 'RS256', use: 'sig' };
  const kid = 'connect/key 1';

  const known = ({ method, path, authorization, body }: Received): Answer => {
    if (path === '/.well-known/jwks.json') return { status: 200, body: { keys: [jwk] } };
    if (path === `/install-keys/${encodeURIComponent(kid)}`)
      return { status: 200, body: installPem };
    if (path.startsWith('/ex/jira/')) {
      const clientKey = fake.clientKeys.get(authorization?.replace('Bearer ', '') ?? '');
      if (clientKey === undefined) return { status: 401, body: {} };
      return { status: 200, body: { key: path.split('/').at(-1), value: clientKey } };
    }
    const [, slug = '', rest = ''] = /^\/sites\/([\w-]+)(\/.*)$/.exec(path) ?? [];
    if (rest === '/_edge/tenant_info' && fake.cloudIds.has(slug)) {
      return { status: 200, body: { cloudId: fake.cloudIds.get(slug) } };
    }
    if (rest === '/rest/api/3/permissions/check') {
      const { accountId } = body as { accountId: string };
      const globalPermissions = fake.admins.has(accountId) ? ['ADMINISTER'] : [];
      return { status: 200, body: { globalPermissions, projectPermissions: [] } };
    }
    if (method === 'PUT' && rest.endsWith('/properties/checklist')) return { status: 201 };
    return { status: 404, body: { message: 'nothing here' } };
  };

  const server = createServer((req, res) => {
    void read(req).then(async (text) => {
      const call: Received = {
        method: req.method ?? '',
        path: (req.url ?? '').replace(/\?.*$/, ''),
        authorization: req.headers.authorization,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
      fake.calls.push(call);
      const answer = (await fake.answer(call)) ?? known(call);
      if (answer === 'hang') return;
      if (answer === 'cut') {
        res.destroy();
        return;
      }
      const { status, body } = answer;
      res.statusCode = status;
      res.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeAtlassian = {
    url,
    kid,
    installKey: install.privateKey,
    forgeKey: forge.privateKey,
    calls: [],
    admins: new Set(),
    cloudIds: new Map(),
    clientKeys: new Map(),
    answer: () => undefined,
    siteUrl: (slug) => `${url}/sites/${slug}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return fake;
}

async function read(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
