import type { FaultGate, FaultOrder, Site } from '../types.ts';
import type { InstallKeys } from './install-keys.ts';
import type { Installation } from './installation.ts';
import { queryStringHash, signWithInstallKey, signWithSecret } from './signing.ts';

/** How long the site waits for an app's answer, in milliseconds. */
const CALLBACK_TIMEOUT_MS = 20_000;
/** How long a callback's token lives, in seconds. */
const TOKEN_LIFE_S = 180;

export type LifecycleEvent = 'installed' | 'uninstalled' | 'enabled' | 'disabled';

/** What the callbacks and webhooks need from outside. */
export interface Wire {
  readonly fetch: typeof fetch;
  readonly keys: InstallKeys;
  /** What strikes on the way to the app. */
  readonly faults: FaultGate;
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once after `ms`. */
  after(ms: number, task: () => void): void;
}

/** An hour: more than any token of the host lives. */
const EXPIRED_MS = 3_600_000;

/** The time at which a token is made: an hour ago when a fault wants it expired on arrival. */
export function signingTime(wire: Wire, order: FaultOrder): number {
  return Math.floor((wire.now() - (order.expireToken === true ? EXPIRED_MS : 0)) / 1000);
}

/**
 * Posts a lifecycle callback. `installed` and `uninstalled` are signed with the install key and carry an audience,
 * `enabled` and `disabled` with the shared secret. Redirects are not followed. Rejects when the app cannot be reached.
 */
export function postLifecycle(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: LifecycleEvent,
  path: string,
): Promise<Response> {
  return wire.faults.pass(
    'lifecycle',
    `${site.slug} ${event}`,
    (order) => post(wire, site, installation, event, path, signingTime(wire, order)),
    (status) => new Response(null, { status }),
  );
}

function post(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: LifecycleEvent,
  path: string,
  iat: number,
): Promise<Response> {
  const { app } = installation;
  const qsh = queryStringHash('POST', path);
  const claims = { iss: site.clientKey, iat, exp: iat + TOKEN_LIFE_S, qsh };
  const jwt =
    event === 'enabled' || event === 'disabled'
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
