import { randomUUID } from 'node:crypto';
import type { State } from '../state/index.ts';
import type { Answer } from '../types.ts';
import { FixedWindows } from './fixed-windows.ts';
import type { Installation } from './installations.ts';
import type { InvocationRecord } from './invocation-records.ts';
import { pushSchema } from './queue-event.ts';
import { QueueJobs } from './queue-jobs.ts';
import { judgePush } from './queue-rules.ts';
import { QueueTravel } from './queue-travel.ts';
import type { QueueTravelParts } from './queue-travel.ts';

export interface QueueParts extends Omit<QueueTravelParts, 'jobs'> {
  readonly state: State;
}

/** The platform's side of `@forge/events`: pushes, the stats of a job, and its end. */
export class AsyncQueue {
  readonly #parts: QueueParts;
  readonly #jobs: QueueJobs;
  readonly #rates = new FixedWindows(60_000);
  readonly #travel: QueueTravel;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#jobs = new QueueJobs(parts.state, parts.clock);
    this.#travel = new QueueTravel({ ...parts, jobs: this.#jobs });
  }

  /** 201; 202 with `failedEvents`; 400, 405 (cyclic limit), 413 or 429 with what the SDK reads. */
  push(record: InvocationRecord, body: string): Answer {
    const { clock, switches, random } = this.#parts;
    const { installation, chain } = record;
    const parsed = pushSchema.safeParse(jsonOf(body));
    if (!parsed.success) return refusal(400, parsed.error.issues[0]?.message ?? 'Invalid push.');
    const { queueName, jobId, payload } = parsed.data;
    const consumer = installation.app.consumers.find(({ queue }) => queue === queueName);
    if (consumer === undefined) return refusal(400, `No consumer listens to ${queueName}.`);
    const verdict = judgePush(installation.app, consumer, payload, switches, random);
    if ('status' in verdict) return refusal(verdict.status, verdict.message);
    chain.pushes += 1;
    if (chain.pushes > switches.asyncChainLimit) return refusal(405, 'Invocation limit reached.');
    const perMinute = switches.queueEventsPerMinute;
    if (!this.#rates.take(installation.id, payload.length, perMinute, clock.now())) {
      return refusal(429, `At most ${perMinute} events a minute.`);
    }
    const job = this.#jobs.open(installation.id, jobId, queueName);
    const pushedAt = clock.now();
    const { version } = installation.app;
    this.#parts.state.atomically(() => {
      for (const [index, pushed] of payload.entries()) {
        if (verdict.failed.has(index)) continue;
        const eventId = randomUUID();
        const from = { installation, queueName, jobId, eventId, version, chain, job };
        this.#travel.send({ ...from, pushed, pushedAt });
      }
    });
    return verdict.failed.size === 0 ? { status: 201 } : partial(verdict.failed);
  }

  stats(installation: Installation, body: string): Answer {
    return this.#jobs.stats(installation.id, jsonOf(body));
  }

  cancel(installation: Installation, body: string): Answer {
    return this.#jobs.cancel(installation.id, jsonOf(body));
  }
}

function partial(failed: ReadonlyMap<number, string>): Answer {
  const failedEvents = [...failed].map(([index, errorMessage]) => ({ index, errorMessage }));
  const errorMessage = `${failed.size} events were not queued.`;
  return { status: 202, body: { errorMessage, failedEvents } };
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
