import type { Consumer } from '../app/index.ts';
import { NO_FAULTS } from '../faults/index.ts';
import type { Clock, FaultGate } from '../types.ts';
import { consume } from './consume.ts';
import type { Consumed, ConsumeParts, TravellingEvent } from './consume.ts';
import { byteSize } from './delivery.ts';
import type { RetryContext } from './delivery.ts';
import { QueueLanes } from './queue-lanes.ts';
import { retentionEnd } from './retention.ts';
import { later } from './timers.ts';

export interface QueueTravelParts extends ConsumeParts {
  readonly clock: Clock;
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

  constructor(parts: QueueTravelParts) {
    this.#parts = parts;
  }

  send(event: TravellingEvent): void {
    const { random, switches } = this.#parts;
    event.job.inProgress += 1;
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
    const { installation, pushed } = event;
    later(
      this.#parts.clock,
      installation,
      ms,
      async () => {
        const { concurrency } = pushed;
        const run = (): Promise<void> => this.#run(event, tries);
        if (concurrency === undefined) return run();
        // Counted per installation, across its queues [doc].
        const lane = `${installation.id} ${concurrency.key}`;
        return this.#lanes.limited(lane, concurrency.limit, run);
      },
      () => undefined,
    );
  }

  async #run(event: TravellingEvent, tries: Tries): Promise<void> {
    const { job, installation, queueName } = event;
    // While it waited in its lane the app may have been uninstalled.
    if (!installation.open) return;
    if (job.cancelled) {
      if (!tries.isCopy) job.inProgress -= 1;
      return;
    }
    const consumer = installation.app.consumers.find(({ queue }) => queue === queueName);
    if (consumer !== undefined && this.#isStranded(event, consumer)) {
      this.#tell(event, `The event of version ${event.version} is stranded.`);
      return;
    }
    const outcome = await this.#handOver(event, consumer, tries);
    if (outcome.kind !== 'done') {
      const asked = outcome.kind === 'again';
      if (!asked) this.#tell(event, outcome.message);
      if (!tries.isCopy) this.#again(event, tries, outcome);
    } else if (!tries.isCopy) {
      job.inProgress -= 1;
      job.success += 1;
    }
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

  #again(event: TravellingEvent, tries: Tries, outcome: Exclude<Consumed, { kind: 'done' }>): void {
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
      this.#drop(
        event,
        'The event and its retryData are over 200 KB together: no retry (ECO-759).',
      );
      return;
    }
    if (clock.now() + wait <= retentionEnd(event.pushedAt, next.platformWaitMs)) {
      this.#arrive(event, wait, next);
    } else if (isPlatform) {
      this.#tell(event, 'The event is kept, but no longer tried: its 96 hours are over.');
    } else {
      this.#drop(event, 'The event was dropped: its retention window is over.');
    }
  }

  #drop(event: TravellingEvent, message: string): void {
    event.job.inProgress -= 1;
    event.job.failed += 1;
    this.#tell(event, message);
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
