import { randomUUID } from 'node:crypto';
import type { Consumer } from '../app/index.ts';
import { FunctionError } from '../functions/index.ts';
import type { Answer, Clock } from '../types.ts';
import { consume } from './consume.ts';
import type { TravellingEvent } from './consume.ts';
import type { Deliverer } from './deliverer.ts';
import { retryRequestOf } from './delivery.ts';
import type { RetryContext } from './delivery.ts';
import type { Installation } from './installations.ts';
import type { InvocationRecord } from './invocation-records.ts';
import type { Invoker } from './invoker.ts';
import type { PushedEvent } from './queue-event.ts';
import { pushSchema } from './queue-event.ts';
import { QueueGates } from './queue-gates.ts';
import { QueueJobs } from './queue-jobs.ts';
import type { PlatformSwitches } from './switches.ts';
import { later } from './timers.ts';

export interface QueueParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly switches: PlatformSwitches;
  readonly invoker: Invoker;
  readonly deliverer: Deliverer;
  readonly onFailure: (what: string, message: string) => void;
}

const MAX_EVENTS = 50;
const MAX_PUSH_BYTES = 200 * 1024;
/** One event, when its consumer may run longer than 55 s. */
const MAX_LONG_EVENT_BYTES = 100 * 1024;
const MAX_CHAIN_PUSHES = 1000;
const RETENTION_MS = 24 * 60 * 60_000;
const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 15 * 60_000;

/** Where an event stands: how often it came back, and how often through no fault of the app. */
interface Tries {
  readonly retry: RetryContext | undefined;
  readonly platformErrors: number;
}

/**
 * Async events: at least once, in no order, with retries. An event is retried when its consumer asks (`InvocationError`),
 * throws or times out, and is dropped after 24 hours.
 */
export class AsyncQueue {
  readonly #parts: QueueParts;
  readonly #jobs = new QueueJobs();
  readonly #gates = new QueueGates();

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** 201; 400, 405 (cyclic limit), 413 or 429 with what the SDK reads. */
  push(record: InvocationRecord, body: string): Answer {
    const parsed = pushSchema.safeParse(jsonOf(body));
    if (!parsed.success) return refusal(400, parsed.error.issues[0]?.message ?? 'Invalid push.');
    const { queueName, jobId, payload } = parsed.data;
    const { installation } = record;
    const consumer = installation.app.consumers.find(({ queue }) => queue === queueName);
    if (consumer === undefined) return refusal(400, `No consumer listens to ${queueName}.`);
    const refused = this.#refuse(record, consumer, payload);
    if (refused !== undefined) return refused;
    const job = this.#jobs.open(installation.id, jobId, queueName);
    const pushedAt = this.#parts.clock.now();
    for (const pushed of payload) {
      const eventId = randomUUID();
      const { chain } = record;
      this.#send({ installation, consumer, pushed, jobId, eventId, pushedAt, chain, job });
    }
    return { status: 201 };
  }

  stats(installation: Installation, body: string): Answer {
    return this.#jobs.stats(installation.id, jsonOf(body));
  }

  cancel(installation: Installation, body: string): Answer {
    return this.#jobs.cancel(installation.id, jsonOf(body));
  }

  #refuse(
    record: InvocationRecord,
    consumer: Consumer,
    payload: readonly PushedEvent[],
  ): Answer | undefined {
    const { clock, switches } = this.#parts;
    const { installation, chain } = record;
    if (payload.length > MAX_EVENTS) return refusal(413, `At most ${MAX_EVENTS} events a push.`);
    if (isTooBig(installation, consumer, payload)) return refusal(413, 'The events are too big.');
    chain.pushes += 1;
    if (chain.pushes > MAX_CHAIN_PUSHES) return refusal(405, 'Invocation limit reached.');
    const perMinute = switches.queueEventsPerMinute;
    if (this.#gates.admit(installation.id, payload.length, perMinute, clock.now()))
      return undefined;
    return refusal(429, `At most ${perMinute} events a minute.`);
  }

  #send(event: TravellingEvent): void {
    const { random, switches } = this.#parts;
    const copies = random() < switches.duplicateEvents ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      event.job.inProgress += 1;
      const delay = (event.pushed.delayInSeconds ?? 0) * 1000 + random() * switches.asyncDelayMs;
      this.#arrive(event, delay, { retry: undefined, platformErrors: 0 });
    }
  }

  #arrive(event: TravellingEvent, ms: number, tries: Tries): void {
    const { installation, pushed } = event;
    later(
      this.#parts.clock,
      installation,
      ms,
      async () => {
        const { concurrency } = pushed;
        const run = (): Promise<void> => this.#run(event, tries);
        if (concurrency === undefined) return run();
        const lane = `${installation.id} ${concurrency.key}`;
        return this.#gates.limited(lane, concurrency.limit, run);
      },
      () => undefined,
    );
  }

  async #run(event: TravellingEvent, tries: Tries): Promise<void> {
    const { invoker, deliverer, onFailure } = this.#parts;
    const { job } = event;
    const retryCount = tries.retry?.retryCount ?? 0;
    if (job.cancelled) {
      job.inProgress -= 1;
      return;
    }
    try {
      const request = retryRequestOf(await consume(invoker, deliverer, event, tries.retry));
      if (request === undefined) {
        job.inProgress -= 1;
        job.success += 1;
        return;
      }
      const { reason, data, retryAfterMs } = request;
      const retry = { retryCount: retryCount + 1, retryReason: reason, retryData: data };
      this.#again(event, retryAfterMs, { ...tries, retry });
    } catch (error) {
      onFailure(`consumer ${event.consumer.key}`, error instanceof Error ? error.message : '');
      const backoff = this.#backoff(retryCount + tries.platformErrors);
      const retryReason = error instanceof FunctionError ? error.code : 'FUNCTION_ERR';
      if (retryReason === 'FUNCTION_PLATFORM_UNKNOWN_ERROR') {
        // A failure of the platform's own does not raise retryCount.
        this.#again(event, backoff, { ...tries, platformErrors: tries.platformErrors + 1 });
        return;
      }
      const retry = { retryCount: retryCount + 1, retryReason, retryData: null };
      this.#again(event, backoff, { ...tries, retry });
    }
  }

  #again(event: TravellingEvent, ms: number, tries: Tries): void {
    if (this.#parts.clock.now() + ms - event.pushedAt <= RETENTION_MS) {
      this.#arrive(event, ms, tries);
      return;
    }
    event.job.inProgress -= 1;
    event.job.failed += 1;
    this.#parts.onFailure(
      `consumer ${event.consumer.key}`,
      'The event was dropped after 24 hours.',
    );
  }

  /** Exponential, up to 15 minutes, with jitter. The first step is ours. */
  #backoff(attempts: number): number {
    const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempts);
    return full * (0.5 + this.#parts.random() / 2);
  }
}

function isTooBig(
  installation: Installation,
  consumer: Consumer,
  events: readonly PushedEvent[],
): boolean {
  if (Buffer.byteLength(JSON.stringify(events)) > MAX_PUSH_BYTES) return true;
  const seconds = installation.app.functions.get(consumer.target.key)?.timeoutSeconds ?? 0;
  if (seconds <= 55) return false;
  return events.some((event) => Buffer.byteLength(JSON.stringify(event)) > MAX_LONG_EVENT_BYTES);
}

function refusal(status: number, errorMessage: string): Answer {
  return { status, body: { errorMessage, message: errorMessage } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
