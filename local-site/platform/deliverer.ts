import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../app/index.ts';
import type { SystemTokens } from '../tokens/index.ts';
import type { Clock } from '../types.ts';
import { retryRequestOf } from './delivery.ts';
import type { Attempt, Delivery, RetryContext } from './delivery.ts';
import type { Installation } from './installations.ts';
import type { Invoker } from './invoker.ts';
import { PlatformError } from './platform-error.ts';
import type { RemoteCaller } from './remote-caller.ts';
import type { PlatformSwitches } from './switches.ts';
import { mayHaveSystemToken } from './system-token-rule.ts';
import { later } from './timers.ts';

export interface DelivererParts {
  readonly clock: Clock;
  readonly switches: PlatformSwitches;
  readonly invoker: Invoker;
  readonly remotes: RemoteCaller;
  readonly tokens: SystemTokens;
  /** Told about deliveries that nobody waits for. */
  readonly onFailure: (what: string, message: string) => void;
}

/**
 * Brings events to functions and endpoints. An endpoint gets 5 s and up to 4 retries, 60 s apart; a function gets another
 * attempt only when it asks for one, at most 4 times.
 */
export class Deliverer {
  readonly #parts: DelivererParts;

  constructor(parts: DelivererParts) {
    this.#parts = parts;
  }

  /** Makes the first attempt and arranges the retries. Says how the first attempt ended; never rejects. */
  deliver(installation: Installation, delivery: Delivery): Promise<Attempt> {
    return this.#attempt(installation, delivery, undefined);
  }

  /** One attempt with nothing after it. */
  once(installation: Installation, delivery: Delivery, retry?: RetryContext): Promise<Attempt> {
    const { target } = delivery;
    const done =
      target.kind === 'function'
        ? this.#toFunction(installation, delivery, retry)
        : this.#toEndpoint(installation, delivery, retry);
    return done.catch((error: unknown): Attempt => {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, reason: codeOf(error), message };
    });
  }

  async #attempt(
    installation: Installation,
    delivery: Delivery,
    retry: RetryContext | undefined,
  ): Promise<Attempt> {
    const { clock, switches, onFailure } = this.#parts;
    const attempt = await this.once(installation, delivery, retry);
    if (attempt.ok) return attempt;
    const retryCount = (retry?.retryCount ?? 0) + 1;
    onFailure(`${delivery.moduleKey} on ${installation.site.slug}`, attempt.message);
    if (attempt.again === undefined || retryCount > switches.remoteRetries) return attempt;
    const next = { retryCount, retryReason: attempt.reason, retryData: attempt.again.data };
    later(
      clock,
      installation,
      attempt.again.afterMs,
      async () => {
        await this.#attempt(installation, delivery, next);
      },
      () => undefined,
    );
    return attempt;
  }

  async #toFunction(
    installation: Installation,
    delivery: Delivery,
    retryContext: RetryContext | undefined,
  ): Promise<Attempt> {
    const result = await this.#parts.invoker.call(installation, {
      kind: delivery.kind,
      functionKey: delivery.target.key,
      moduleKey: delivery.moduleKey,
      moduleType: delivery.moduleType,
      event: {
        ...delivery.payload,
        ...(retryContext === undefined ? {} : { retryContext }),
        ...callContext(installation, delivery.moduleKey),
      },
    });
    const request = retryRequestOf(result);
    if (request === undefined) return { ok: true };
    const message = `The function asked for a retry: ${request.reason}.`;
    const again = { afterMs: request.retryAfterMs, data: request.data };
    return { ok: false, reason: request.reason, message, again };
  }

  async #toEndpoint(
    installation: Installation,
    delivery: Delivery,
    retryContext: RetryContext | undefined,
  ): Promise<Attempt> {
    const { switches, remotes, tokens } = this.#parts;
    const again = { afterMs: switches.remoteRetryDelayMs, data: null };
    const { app, site } = installation;
    const endpoint = endpointOf(installation, delivery.target.key);
    const remote = app.remotes.get(endpoint.remoteKey);
    if (remote === undefined) {
      throw new PlatformError('unknown_remote', `There is no remote '${endpoint.remoteKey}'.`);
    }
    const { context, contextToken } = callContext(installation, delivery.moduleKey);
    const payload = { ...delivery.payload, ...(retryContext ? { retryContext } : {}) };
    const withToken = endpoint.systemToken && mayHaveSystemToken(app);
    try {
      const response = await remotes.call(installation, {
        remote,
        path: endpoint.path,
        method: 'POST',
        body: JSON.stringify({ payload, context, contextToken }),
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
      const reason =
        codeOf(error) === 'remote_timeout' ? 'TIMEOUT_ERROR' : 'INVALID_REMOTE_INVOCATION_ERROR';
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, reason, message, again };
    }
  }
}

function endpointOf(installation: Installation, key: string): Endpoint {
  const endpoint = installation.app.endpoints.get(key);
  if (endpoint !== undefined) return endpoint;
  throw new PlatformError('unknown_module', `There is no endpoint '${key}'.`);
}

/** `contextToken` has no meaning to an app. */
function callContext(
  installation: Installation,
  moduleKey: string,
): { context: { cloudId: string; moduleKey: string }; contextToken: string } {
  return {
    context: { cloudId: installation.site.cloudId, moduleKey },
    contextToken: randomBytes(24).toString('base64url'),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
