import type { Consumer } from '../app/index.ts';
import type { Deliverer } from './deliverer.ts';
import type { RetryContext } from './delivery.ts';
import type { Installation } from './installations.ts';
import type { Chain } from './invocation-records.ts';
import type { Invoker } from './invoker.ts';
import { PlatformError } from './platform-error.ts';
import type { PushedEvent } from './queue-event.ts';
import type { Job } from './queue-jobs.ts';

/** An async event between push and its end. */
export interface TravellingEvent {
  readonly installation: Installation;
  readonly consumer: Consumer;
  readonly pushed: PushedEvent;
  readonly jobId: string;
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly pushedAt: number;
  readonly chain: Chain;
  readonly job: Job;
}

/**
 * Hands one event to its consumer: as an `AsyncEvent`, or in the old form to a resolver's method. Gives what the function
 * returned; rejects when it failed or the endpoint did not accept the event.
 */
export async function consume(
  invoker: Invoker,
  deliverer: Deliverer,
  event: TravellingEvent,
  retryContext: RetryContext | undefined,
): Promise<unknown> {
  const { consumer, pushed, jobId, eventId, installation, chain } = event;
  const asyncEvent = {
    ...pushed,
    queueName: consumer.queue,
    jobId,
    eventId,
    ...(retryContext === undefined ? {} : { retryContext }),
  };
  const call = { kind: 'async', moduleKey: consumer.key, moduleType: 'consumer' } as const;
  if (consumer.target.kind === 'endpoint') {
    const delivery = { ...call, target: consumer.target, payload: asyncEvent };
    const attempt = await deliverer.once(installation, delivery);
    if (attempt.ok) return undefined;
    throw new PlatformError('delivery_failed', attempt.message);
  }
  const resolverCall = {
    call: { functionKey: consumer.method, payload: pushed.body, jobId },
    context: { cloudId: installation.site.cloudId, moduleKey: consumer.key },
  };
  return invoker.call(installation, {
    ...call,
    functionKey: consumer.target.key,
    event: consumer.method === undefined ? asyncEvent : resolverCall,
    chain,
  });
}
