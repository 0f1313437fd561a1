import type { Consumer } from '../app/index.ts';
import { FunctionError } from '../functions/index.ts';
import type { Deliverer } from './deliverer.ts';
import { retryRequestOf } from './delivery.ts';
import type { RetryContext, RetryRequest } from './delivery.ts';
import type { Installation } from './installations.ts';
import type { Chain } from './invocation-records.ts';
import type { Invoker } from './invoker.ts';
import { PlatformError } from './platform-error.ts';
import type { PushedEvent } from './queue-event.ts';
import type { Job } from './queue-jobs.ts';
import type { PlatformSwitches } from './switches.ts';

/** An async event between push and its end. */
export interface TravellingEvent {
  readonly installation: Installation;
  readonly queueName: string;
  readonly pushed: PushedEvent;
  readonly jobId: string;
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly pushedAt: number;
  /** Version of the app that pushed it. */
  readonly version: string;
  readonly chain: Chain;
  readonly job: Job;
}

/** How one attempt to hand over an event ended. */
export type Consumed =
  | { readonly kind: 'done' }
  /** The consumer asked for it. */
  | { readonly kind: 'again'; readonly request: RetryRequest }
  /** It threw, took too long, ran out of memory; an endpoint did not accept it. */
  | { readonly kind: 'appError'; readonly reason: string; readonly message: string }
  /** Not the app's fault: does not raise `retryCount`. */
  | { readonly kind: 'platformError'; readonly reason: string; readonly message: string };

export interface ConsumeParts {
  readonly invoker: Invoker;
  readonly deliverer: Deliverer;
  readonly switches: PlatformSwitches;
}

const PLATFORM_ERRORS = new Set([
  'FUNCTION_PLATFORM_UNKNOWN_ERROR',
  'FUNCTION_PLATFORM_RATE_LIMITED',
]);

/**
 * Hands one event to its consumer: as an `AsyncEvent`, or in the old form to a resolver's method. Never rejects.
 */
export async function consume(
  parts: ConsumeParts,
  consumer: Consumer,
  event: TravellingEvent,
  retryContext: RetryContext | undefined,
): Promise<Consumed> {
  try {
    const result = await handOver(parts, consumer, event, retryContext);
    const request = retryRequestOf(result, parts.switches);
    if (request === undefined) return { kind: 'done' };
    if (request !== 'too_big') return { kind: 'again', request };
    const message = 'The consumer asked for a retry with more than 4 KB of retryData.';
    return { kind: 'appError', reason: 'FUNCTION_ERR', message };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof FunctionError ? error.code : 'FUNCTION_ERR';
    return { kind: PLATFORM_ERRORS.has(reason) ? 'platformError' : 'appError', reason, message };
  }
}

async function handOver(
  { invoker, deliverer }: ConsumeParts,
  consumer: Consumer,
  event: TravellingEvent,
  retryContext: RetryContext | undefined,
): Promise<unknown> {
  const { pushed, queueName, jobId, eventId, installation, chain } = event;
  const retry = retryContext === undefined ? {} : { retryContext };
  const asyncEvent = { ...pushed, queueName, jobId, eventId, ...retry };
  const call = { kind: 'async', moduleKey: consumer.key, moduleType: 'consumer' } as const;
  if (consumer.target.kind === 'endpoint') {
    const delivery = { ...call, target: consumer.target, payload: asyncEvent };
    const attempt = await deliverer.once(installation, delivery);
    if (attempt.ok) return undefined;
    throw new PlatformError('delivery_failed', attempt.message);
  }
  const resolverCall = {
    call: { functionKey: consumer.method, payload: pushed.body, jobId },
    context: { cloudId: installation.site.cloudId, moduleKey: consumer.key, ...retry },
  };
  return invoker.call(installation, {
    ...call,
    functionKey: consumer.target.key,
    event: consumer.method === undefined ? asyncEvent : resolverCall,
    chain,
  });
}
