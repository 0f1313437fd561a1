import type { Endpoint } from '../app/index.ts';
import type { SystemTokens } from '../tokens/index.ts';
import type { Attempt, Delivery } from './delivery.ts';
import type { Installation } from './installations.ts';
import { PlatformError } from './platform-error.ts';
import type { RemoteCaller } from './remote-caller.ts';
import type { PlatformSwitches } from './switches.ts';
import { mayHaveSystemToken } from './system-token-rule.ts';

export interface EndpointPostParts {
  readonly switches: PlatformSwitches;
  readonly remotes: RemoteCaller;
  readonly tokens: SystemTokens;
}

/**
 * Brings one event or schedule to an endpoint, once. An answer other than 2xx, a time-out and a lost connection are attempts
 * that want another one (connect-on-forge facts, section 9.1).
 *
 * @throws PlatformError `unknown_module`, `unknown_remote`
 */
export async function postToEndpoint(
  { switches, remotes, tokens }: EndpointPostParts,
  installation: Installation,
  delivery: Delivery,
  body: string,
): Promise<Attempt> {
  const again = { afterMs: switches.remoteRetryDelayMs, data: null };
  const { app, site } = installation;
  const endpoint = endpointOf(installation, delivery.target.key);
  const remote = app.remotes.get(endpoint.remoteKey);
  if (remote === undefined) {
    throw new PlatformError('unknown_remote', `There is no remote '${endpoint.remoteKey}'.`);
  }
  const withToken = endpoint.systemToken && mayHaveSystemToken(app);
  try {
    const response = await remotes.call(installation, {
      border: 'remote.event',
      remote,
      path: endpoint.path,
      method: 'POST',
      body,
      timeLimit:
        delivery.kind === 'last' ? switches.asyncFunctionLimitMs : switches.remoteEventLimitMs,
      systemToken: withToken ? tokens.issue(installation.id, 'endpoint') : undefined,
      module: { type: 'core:endpoint', key: endpoint.key },
      context: { cloudId: site.cloudId, moduleKey: delivery.moduleKey },
    });
    if (response.ok) return { ok: true };
    const reason =
      response.status === 401
        ? 'INVALID_FORGE_INVOCATION_TOKEN'
        : 'INVALID_REMOTE_INVOCATION_ERROR';
    return { ok: false, reason, message: `${endpoint.key} answered ${response.status}.`, again };
  } catch (error) {
    const isTimeout = error instanceof PlatformError && error.code === 'remote_timeout';
    const reason = isTimeout ? 'TIMEOUT_ERROR' : 'INVALID_REMOTE_INVOCATION_ERROR';
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, reason, message, again };
  }
}

function endpointOf(installation: Installation, key: string): Endpoint {
  const endpoint = installation.app.endpoints.get(key);
  if (endpoint !== undefined) return endpoint;
  throw new PlatformError('unknown_module', `There is no endpoint '${key}'.`);
}
