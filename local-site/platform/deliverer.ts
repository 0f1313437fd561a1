import { randomBytes } from 'node:crypto';
import type { SystemTokens } from '../tokens/index.ts';
import { retryRequestOf } from './delivery.ts';
import type { Attempt, Delivery, RetryContext } from './delivery.ts';
import { postToEndpoint } from './endpoint-post.ts';
import type { Errands, Send } from './errands.ts';
import type { Installation } from './installations.ts';
import type { Invoker } from './invoker.ts';
import type { RemoteCaller } from './remote-caller.ts';
import type { PlatformSwitches } from './switches.ts';

export interface DelivererParts {
  readonly errands: Errands;
  readonly switches: PlatformSwitches;
  readonly invoker: Invoker;
  readonly remotes: RemoteCaller;
  readonly tokens: SystemTokens;
  /** Told about deliveries that nobody waits for. */
  readonly onFailure: (what: string, message: string) => void;
}

/** Another attempt that has been arranged. */
interface Retry {
  readonly delivery: Delivery;
  readonly retry: RetryContext;
}

/** After these the platform tries a function again by itself; the app cannot ask for it any more [doc: product events]. */
const PLATFORM_LEVEL = new Set([
  ...['FUNCTION_TIME_OUT', 'FUNCTION_OUT_OF_MEMORY'],
  ...['FUNCTION_PLATFORM_RATE_LIMITED', 'FUNCTION_PLATFORM_UNKNOWN_ERROR'],
]);

/**
 * Brings events to functions and endpoints. An endpoint gets 5 s and up to 4 retries, 60 s apart; a function gets another
 * attempt when it asks for one or the platform failed, at most 4 times. A function that throws gets none.
 */
export class Deliverer {
  readonly #parts: DelivererParts;
  readonly #retry: Send<Retry>;

  constructor(parts: DelivererParts) {
    this.#parts = parts;
    this.#retry = parts.errands.kind<Retry>('retry', async (installation, { delivery, retry }) => {
      await this.#attempt(installation, delivery, retry);
      return undefined;
    });
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
    const { onFailure } = this.#parts;
    const attempt = await this.once(installation, delivery, retry);
    if (attempt.ok) return attempt;
    onFailure(`${delivery.moduleKey} on ${installation.site.slug}`, attempt.message);
    const again = this.#again(delivery, attempt);
    const retryCount = (retry?.retryCount ?? 0) + 1;
    if (again === undefined || retryCount > this.#retries(delivery)) return attempt;
    const next = { retryCount, retryReason: attempt.reason, retryData: again.data };
    this.#retry(installation, again.afterMs, { delivery, retry: next });
    return attempt;
  }

  /** When and with what the next attempt comes; undefined for never. */
  #again(
    { target, retried = 'all' }: Delivery,
    attempt: Attempt & { readonly ok: false },
  ): { readonly afterMs: number; readonly data: unknown } | undefined {
    const { switches } = this.#parts;
    if (retried === 'none' || (retried === 'endpoint' && target.kind === 'function')) {
      return undefined;
    }
    if (attempt.again !== undefined || target.kind === 'endpoint') return attempt.again;
    if (!PLATFORM_LEVEL.has(attempt.reason)) return undefined;
    return { afterMs: switches.eventPlatformRetryMs, data: null };
  }

  #retries({ target }: Delivery): number {
    const { switches } = this.#parts;
    return target.kind === 'endpoint' ? switches.remoteRetries : switches.eventRetries;
  }

  async #toFunction(
    installation: Installation,
    delivery: Delivery,
    retryContext: RetryContext | undefined,
  ): Promise<Attempt> {
    const { invoker, switches } = this.#parts;
    const result = await invoker.call(installation, {
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
    const { retried = 'all' } = delivery;
    const request = retried === 'all' ? retryRequestOf(result, switches) : undefined;
    if (request === undefined) return { ok: true };
    if (request === 'too_big') {
      const message = 'The function asked for a retry with more than 4 KB of retryData.';
      return { ok: false, reason: 'RETRY_DATA_TOO_BIG', message };
    }
    const message = `The function asked for a retry: ${request.reason}.`;
    const isSent = !switches.eco734 || typeof request.data === 'object';
    const again = { afterMs: request.retryAfterMs, data: isSent ? request.data : null };
    return { ok: false, reason: request.reason, message, again };
  }

  #toEndpoint(
    installation: Installation,
    delivery: Delivery,
    retryContext: RetryContext | undefined,
  ): Promise<Attempt> {
    const { context, contextToken } = callContext(installation, delivery.moduleKey);
    const payload = { ...delivery.payload, ...(retryContext ? { retryContext } : {}) };
    const body = JSON.stringify({ payload, context, contextToken });
    return postToEndpoint(this.#parts, installation, delivery, body);
  }
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
