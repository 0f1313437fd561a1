import { importSPKI } from 'jose';
import type { CryptoKey } from 'jose';
import { RemoteError } from '../errors/remote-error.ts';

/** Gives the public key with which Atlassian signed an install; undefined when no key server knows the id. */
export type InstallKeys = (kid: string, siteUrl: string) => Promise<CryptoKey | undefined>;

const PRODUCTION = [
  'https://asap-distribution.us-west-2.prod.atl-asap.net',
  'https://connect-install-keys.atlassian.com',
];

/** Key servers by the host of the site, first and second. */
const SERVERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.(atlassian\.net|jira\.com)$/i, PRODUCTION],
  [
    /\.atlassian-us-gov-mod\.net$/i,
    [
      'https://asap-distribution.us-west-2.prod.atl-auth-us-gov-mod.net',
      'https://cs-migrations--fedrampcdn.us-east-1.prod.cdn.atlassian-us-gov-mod.com',
    ],
  ],
  [
    /\.jira-dev\.com$/i,
    [
      'https://asap-distribution.us-west-2.staging.atl-asap.net',
      'https://cs-migrations--cdn.us-east-1.staging.public.atl-paas.net',
    ],
  ],
  [
    /\.atlassian-stg-fedm\.net$/i,
    [
      'https://asap-distribution.us-west-2.staging.atl-auth-us-gov-mod.net',
      'https://cs-migrations--fedrampcdn.us-east-1.staging.cdn.atlassian-us-gov-mod.com',
    ],
  ],
];

/** Settings of the key look-up. */
export interface InstallKeysOptions {
  /** Replaces all servers; then there is no second one. */
  readonly only: string | undefined;
  readonly now: () => number;
  /** Milliseconds one server may take. */
  readonly timeLimit?: number;
  readonly fetch?: typeof fetch;
}

const LIFETIME = 60 * 60 * 1000;
const MAX_KEYS = 200;

/**
 * Fetches install keys: status checked, id encoded, time bounded, the second server asked with the id as well, answers cached.
 * Rejects with `keys_unavailable` when a server could not be asked and no other knew the key, so that an outage is never
 * taken for a forged install.
 */
export function createInstallKeys(options: InstallKeysOptions): InstallKeys {
  const known = new Map<string, { readonly key: CryptoKey; readonly until: number }>();
  const timeLimit = options.timeLimit ?? 4_000;
  const ask = options.fetch ?? fetch;

  const fetchPem = async (url: string): Promise<string | undefined> => {
    const response = await ask(url, { redirect: 'error', signal: AbortSignal.timeout(timeLimit) });
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`The key server answered ${response.status}`);
    if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) throw new Error('The answer is not a key');
    return text;
  };

  return async (kid, siteUrl) => {
    const servers = options.only === undefined ? serversOf(siteUrl) : [options.only];
    const id = JSON.stringify([servers[0], kid]);
    const hit = known.get(id);
    if (hit !== undefined && hit.until > options.now()) return hit.key;
    let outage: unknown;
    for (const server of servers) {
      try {
        const pem = await fetchPem(`${server}/${encodeURIComponent(kid)}`);
        if (pem === undefined) continue;
        const key = await importSPKI(pem, 'RS256');
        if (known.size >= MAX_KEYS) known.clear();
        known.set(id, { key, until: options.now() + LIFETIME });
        return key;
      } catch (error) {
        outage = error;
      }
    }
    if (outage === undefined) return undefined;
    throw new RemoteError('keys_unavailable', 'The install keys cannot be fetched right now.', {
      next: 'Try the installation again.',
      cause: outage,
    });
  };
}

function serversOf(siteUrl: string): readonly string[] {
  const { hostname } = new URL(siteUrl);
  const match = SERVERS.find(([pattern]) => pattern.test(hostname));
  return match?.[1] ?? PRODUCTION.slice(1);
}
