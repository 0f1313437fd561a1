import type { Consumer } from '../app/index.ts';
import { NO_FAULTS } from '../faults/index.ts';
import type { Clock, FaultGate } from '../types.ts';
import { consume } from './consume.ts';
import type { Consumed, ConsumeParts, TravellingEvent } from './consume.ts';
import { byteSize } from './delivery.ts';
import type { RetryContext } from './delivery.ts';
import type { Ending, Errands, Send } from './errands.ts';
import type { Installation } from './installations.ts';
import type { JobCounts, QueueJobs } from './queue-jobs.ts';
import { QueueLanes } from './queue-lanes.ts';
import { retentionEnd } from './retention.ts';

export interface QueueTravelParts extends ConsumeParts {
  readonly clock: Clock;
  readonly errands: Errands;
  readonly jobs: QueueJobs;
  readonly random: () => number;
  readonly onFailure: (what: string, message: string) => void;
  readonly faults?: FaultGate | undefined;
}

/** Where an event stands. */
interface Tries {
  readonly attempts: number;
  /** Raised by the app's errors and wishes only. */
  readonly retryCount: number;
  /** Why it comes again; undefined for the first time. */
  readonly last: { readonly reason: string; readonly data: unknown } | undefined;
  /** How long retries after the platform's own errors made it wait. */
  readonly platformWaitMs: number;
  /** A second copy: it counts nowhere and is never retried. */
  readonly isCopy: boolean;
}

/** An event as it is written down. */
interface Written extends Omit<TravellingEvent, 'installation' | 'job'> {
  readonly tries: Tries;
}

const FIRST_TRY: Tries = {
  attempts: 0,
  retryCount: 0,
  last: undefined,
  platformWaitMs: 0,
  isCopy: false,
};
/** ECO-759: payload and `retryData` together. */
const MAX_RETRIED_BYTES = 200 * 1024;

/**
 * The way of async events from the push to their end: at least once, in no order, retried with growing waits until the
 * retention window is over. Then an event with an error of the app is dropped; one with an error of the platform is kept and
 * no longer tried, and stays `inProgress`.
 */
export class QueueTravel {
  readonly #parts: QueueTravelParts;
  readonly #lanes = new QueueLanes();
  readonly #send: Send<Written>;

  constructor(parts: QueueTravelParts) {
    this.#parts = parts;
    this.#send = parts.errands.kind<Written>('async event', (installation, written) =>
      this.#inLane(installation, written),
    );
  }

  send(event: TravellingEvent): void {
    const { random, switches, jobs } = this.#parts;
    jobs.count(event.job, { inProgress: 1 });
    this.#arrive(event, this.#delay(event), FIRST_TRY);
    if (random() < switches.asyncDuplicate) {
      this.#arrive(event, this.#delay(event), { ...FIRST_TRY, isCopy: true });
    }
  }

  #delay({ pushed }: TravellingEvent): number {
    const { random, switches } = this.#parts;
    const { asyncDelayMs, asyncReorder, asyncLate, asyncLateMs } = switches;
    const usual = asyncReorder ? random() * asyncDelayMs : asyncDelayMs;
    const extra = random() < asyncLate ? random() * asyncLateMs : 0;
    return (pushed.delayInSeconds ?? 0) * 1000 + usual + extra;
  }

  #arrive(event: TravellingEvent, ms: number, tries: Tries): void {
    const { installation, queueName, pushed, jobId, eventId, pushedAt, version, chain } = event;
    const written = { queueName, pushed, jobId, eventId, pushedAt, version, chain, tries };
    this.#send(installation, ms, written);
  }

  async #inLane(installation: Installation, { tries, ...written }: Written): Promise<Ending> {
    const job = this.#parts.jobs.open(installation.id, written.jobId, written.queueName);
    const event: TravellingEvent = { ...written, installation, job };
    const { concurrency } = written.pushed;
    const run = (): Promise<Ending> => this.#run(event, tries);
    if (concurrency === undefined) return run();
    // Counted per installation, across its queues [doc].
    return this.#lanes.limited(`${installation.id} ${concurrency.key}`, concurrency.limit, run);
  }

  /** Says what is to be written with the end of this try. */
  async #run(event: TravellingEvent, tries: Tries): Promise<Ending> {
    const { job, installation, queueName } = event;
    const { jobs } = this.#parts;
    // While it waited in its lane the app may have been uninstalled.
    if (!installation.open) return undefined;
    const ended = (counts: JobCounts): Ending =>
      tries.isCopy ? undefined : () => jobs.count(job, { ...counts, inProgress: -1 });
    if (job.cancelled) return ended({});
    const consumer = installation.app.consumers.find(({ queue }) => queue === queueName);
    if (consumer !== undefined && this.#isStranded(event, consumer)) {
      this.#tell(event, `The event of version ${event.version} is stranded.`);
      return undefined;
    }
    const outcome = await this.#handOver(event, consumer, tries);
    if (outcome.kind === 'done') return ended({ success: 1 });
    if (outcome.kind !== 'again') this.#tell(event, outcome.message);
    return tries.isCopy ? undefined : this.#again(event, tries, outcome);
  }

  /** Without a consumer the event waits for a version that has one again. */
  async #handOver(
    event: TravellingEvent,
    consumer: Consumer | undefined,
    tries: Tries,
  ): Promise<Consumed> {
    const { site } = event.installation;
    if (consumer === undefined) {
      const message = `No consumer listens to ${event.queueName}.`;
      return { kind: 'appError', reason: 'FUNCTION_ERR', message };
    }
    const failed = (message: string): Consumed => ({
      ...{ kind: 'platformError', reason: 'FUNCTION_PLATFORM_UNKNOWN_ERROR', message },
    });
    const faults = this.#parts.faults ?? NO_FAULTS;
    return faults
      .pass<Consumed>(
        'queue',
        `${site.slug} ${event.queueName}`,
        () => consume(this.#parts, consumer, event, this.#retryContext(event, tries)),
        (status) => failed(`The platform answered ${status}.`),
      )
      .catch((error: unknown) => failed(error instanceof Error ? error.message : String(error)));
  }

  #isStranded(event: TravellingEvent, consumer: Consumer): boolean {
    return (
      this.#parts.switches.asyncAcrossVersions === 'crossVersion' &&
      consumer.crossVersion !== true &&
      event.version !== event.installation.app.version
    );
  }

  #retryContext(event: TravellingEvent, tries: Tries): RetryContext | undefined {
    if (tries.last === undefined) return undefined;
    const end = retentionEnd(event.pushedAt, tries.platformWaitMs);
    return {
      retryCount: tries.retryCount,
      retryReason: tries.last.reason,
      retryData: tries.last.data,
      retentionWindow: {
        startTime: new Date(event.pushedAt).toISOString(),
        remainingTimeMs: Math.max(0, end - this.#parts.clock.now()),
      },
    };
  }

  #again(
    event: TravellingEvent,
    tries: Tries,
    outcome: Exclude<Consumed, { kind: 'done' }>,
  ): Ending {
    const { clock, switches } = this.#parts;
    const isPlatform = outcome.kind === 'platformError';
    const asked = outcome.kind === 'again' ? outcome.request : undefined;
    const wait = asked?.retryAfterMs ?? this.#backoff(tries.attempts);
    const last = asked ?? { reason: reasonOf(outcome), data: null };
    const next: Tries = {
      attempts: tries.attempts + 1,
      retryCount: tries.retryCount + (isPlatform ? 0 : 1),
      last,
      platformWaitMs: tries.platformWaitMs + (isPlatform ? wait : 0),
      isCopy: false,
    };
    if (
      switches.eco759 &&
      asked !== undefined &&
      byteSize(event.pushed) + byteSize(asked.data) > MAX_RETRIED_BYTES
    ) {
      return this.#drop(
        event,
        'The event and its retryData are over 200 KB together: no retry (ECO-759).',
      );
    }
    if (clock.now() + wait <= retentionEnd(event.pushedAt, next.platformWaitMs)) {
      return () => this.#arrive(event, wait, next);
    }
    if (!isPlatform) {
      return this.#drop(event, 'The event was dropped: its retention window is over.');
    }
    this.#tell(event, 'The event is kept, but no longer tried: its 96 hours are over.');
    return undefined;
  }

  #drop(event: TravellingEvent, message: string): Ending {
    this.#tell(event, message);
    return () => this.#parts.jobs.count(event.job, { inProgress: -1, failed: 1 });
  }

  #tell({ queueName, installation }: TravellingEvent, message: string): void {
    this.#parts.onFailure(`queue ${queueName} on ${installation.site.slug}`, message);
  }

  /** Exponential, with jitter. */
  #backoff(attempts: number): number {
    const { switches, random } = this.#parts;
    const full = Math.min(
      switches.asyncLongestRetryMs,
      switches.asyncFirstRetryMs * 2 ** Math.min(attempts, 32),
    );
    return full * (0.5 + random() / 2);
  }
}

function reasonOf(outcome: Exclude<Consumed, { kind: 'done' }>): string {
  return outcome.kind === 'again' ? outcome.request.reason : outcome.reason;
}
