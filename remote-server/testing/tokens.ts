import jwt from 'atlassian-jwt';
import { SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import type { FakeAtlassian } from './fake-atlassian.ts';

/** Claims that replace or, when undefined, remove what a good token says. */
export type Change = Readonly<Record<string, unknown>>;

export const CONNECT_KEY = 'com.example.tally';
export const APP_ID = 'ari:cloud:ecosystem::app/6c1d6f6e-7a3e-4d5b-9f60-5b1a4f2f9a11';
export const BASE_URL = 'http://remote.test';

/** A tenant as the tests sign for it. */
export interface TestTenant {
  readonly clientKey: string;
  readonly sharedSecret: string;
  readonly slug: string;
}

export const qsh = (method: string, url: string): string =>
  jwt.createQueryStringHash(jwt.fromMethodAndUrl(method, url), false, BASE_URL);

const seconds = () => Math.floor(Date.now() / 1000);

/** A token of the site, signed with its secret. */
export function siteToken(tenant: TestTenant, claims: Change, secret?: string): string {
  const iat = seconds();
  const all = { iss: tenant.clientKey, sub: 'uma', iat, exp: iat + 180, ...claims };
  return jwt.encodeSymmetric(withoutUndefined(all), secret ?? tenant.sharedSecret);
}

/** A context token as `AP.context.getToken` gives it. */
export function contextToken(
  tenant: TestTenant,
  page: { issueId?: string; projectId?: string } = {},
  claims: Change = {},
): string {
  const jira = {
    ...(page.issueId === undefined ? {} : { issue: { id: page.issueId, key: 'TALLY-1' } }),
    ...(page.projectId === undefined ? {} : { project: { id: page.projectId, key: 'TALLY' } }),
  };
  return siteToken(tenant, { qsh: 'context-qsh', context: { jira }, ...claims });
}

/** A lifecycle token, signed by Atlassian's install key. */
export function lifecycleToken(
  fake: FakeAtlassian,
  clientKey: string,
  path: string,
  change: { claims?: Change; kid?: string; key?: CryptoKey } = {},
): Promise<string> {
  const iat = seconds();
  const claims = {
    iss: clientKey,
    aud: BASE_URL,
    iat,
    exp: iat + 180,
    qsh: qsh('POST', path),
    ...change.claims,
  };
  return new SignJWT(withoutUndefined(claims))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: change.kid ?? fake.kid })
    .sign(change.key ?? fake.installKey);
}

/** The body of `installed`. */
export function installBody(fake: FakeAtlassian, tenant: TestTenant, more: Change = {}) {
  return withoutUndefined({
    key: CONNECT_KEY,
    clientKey: tenant.clientKey,
    sharedSecret: tenant.sharedSecret,
    publicKey: '',
    baseUrl: fake.siteUrl(tenant.slug),
    displayUrl: fake.siteUrl(tenant.slug),
    productType: 'jira',
    eventType: 'installed',
    ...more,
  });
}

/** What a Forge invocation token of the tests is about. */
export interface TestInstallation {
  readonly installationId: string;
  readonly cloudId: string;
}

/** A Forge invocation token. `app` replaces parts of the claim `app`. */
export function invocationToken(
  fake: FakeAtlassian,
  { installationId, cloudId }: TestInstallation,
  change: { claims?: Change; app?: Change; key?: CryptoKey; kid?: string } = {},
): Promise<string> {
  const iat = seconds();
  const apiBaseUrl = `${fake.url}/ex/jira/${cloudId}`;
  const claims = {
    iss: 'forge/invocation-token',
    aud: APP_ID,
    iat,
    nbf: iat,
    exp: iat + 25,
    app: withoutUndefined({
      id: APP_ID,
      installationId,
      apiBaseUrl,
      appVersion: '2.0.0',
      environment: { type: 'DEVELOPMENT', id: 'env' },
      module: { type: 'core:endpoint', key: 'tick' },
      installation: { id: installationId, contexts: [{ name: 'jira', apiBaseUrl, cloudId }] },
      ...change.app,
    }),
    ...change.claims,
  };
  return new SignJWT(withoutUndefined(claims))
    .setProtectedHeader({ alg: 'RS256', kid: change.kid ?? 'forge-1' })
    .sign(change.key ?? fake.forgeKey);
}

function withoutUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
