import type { Site } from '../types.ts';
import type { InstallKeys } from './install-keys.ts';
import type { Installation } from './installation.ts';
import { queryStringHash, signWithInstallKey, signWithSecret } from './signing.ts';

/** How long the site waits for an app's answer, in milliseconds. */
const CALLBACK_TIMEOUT_MS = 20_000;
/** How long a callback's token lives, in seconds. */
const TOKEN_LIFE_S = 180;

export type LifecycleEvent = 'installed' | 'uninstalled' | 'enabled';

/** What the callbacks need from outside. */
export interface Wire {
  readonly fetch: typeof fetch;
  readonly keys: InstallKeys;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * Posts a lifecycle callback. `installed` and `uninstalled` are signed with the install key and carry an audience,
 * `enabled` with the shared secret. Redirects are not followed. Rejects when the app cannot be reached.
 */
export async function postLifecycle(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: LifecycleEvent,
  path: string,
): Promise<Response> {
  const { app } = installation;
  const iat = Math.floor(wire.now() / 1000);
  const qsh = queryStringHash('POST', path);
  const claims = { iss: site.clientKey, iat, exp: iat + TOKEN_LIFE_S, qsh };
  const jwt =
    event === 'enabled'
      ? signWithSecret(claims, installation.sharedSecret)
      : signWithInstallKey({ ...claims, aud: app.baseUrl }, wire.keys.privateKey, wire.keys.kid);
  return wire.fetch(app.baseUrl + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `JWT ${jwt}`, 'content-type': 'application/json' },
    body: JSON.stringify(lifecycleBody(site, installation, event)),
    signal: AbortSignal.timeout(CALLBACK_TIMEOUT_MS),
  });
}

/** `installationId` is there only when the app runs on Forge; `sharedSecret` only in `installed`. */
function lifecycleBody(
  site: Site,
  installation: Installation,
  event: LifecycleEvent,
): Record<string, unknown> {
  const { app, sharedSecret, installationId } = installation;
  return {
    key: app.key,
    clientKey: site.clientKey,
    publicKey: '',
    ...(event === 'installed' ? { sharedSecret } : {}),
    serverVersion: '1001.0.0-SNAPSHOT',
    pluginsVersion: '1001.0.0-SNAPSHOT',
    baseUrl: site.baseUrl,
    displayUrl: site.baseUrl,
    productType: 'jira',
    description: `Jira of ${site.displayName}`,
    eventType: event,
    ...(installationId === undefined ? {} : { installationId }),
  };
}
