import type { Interval, ScheduledTrigger } from '../app/index.ts';
import type { Clock } from '../types.ts';
import type { Attempt } from './delivery.ts';
import type { Deliverer } from './deliverer.ts';
import type { Installation } from './installations.ts';
import { PlatformError } from './platform-error.ts';
import type { PlatformSwitches } from './switches.ts';
import { later } from './timers.ts';

const MINUTE_MS = 60_000;
const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  fiveMinute: 5 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
  week: 7 * 24 * 60 * MINUTE_MS,
};

export interface SchedulesParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly switches: PlatformSwitches;
  readonly deliverer: Deliverer;
}

/**
 * Scheduled triggers of every installation. The first run comes about five minutes after the install, each installation
 * at its own fixed offset; errors of a function are not retried; a run may happen twice.
 */
export class Schedules {
  readonly #parts: SchedulesParts;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
  }

  /** Starts all schedules of an installation from the beginning. */
  start(installation: Installation): void {
    const { random, switches } = this.#parts;
    for (const schedule of installation.app.schedules) {
      const first = switches.firstScheduleMs + random() * MINUTE_MS;
      this.#wait(installation, schedule, first);
    }
  }

  /**
   * Runs one schedule now, beside its regular runs.
   *
   * @throws PlatformError `unknown_module`; `delivery_failed` when the first attempt fails (retries go on).
   */
  async run(installation: Installation, key: string): Promise<void> {
    const schedule = installation.app.schedules.find((candidate) => candidate.key === key);
    if (schedule === undefined) {
      throw new PlatformError('unknown_module', `There is no scheduled trigger '${key}'.`);
    }
    const attempt = await this.#deliver(installation, schedule);
    if (attempt.ok) return;
    throw new PlatformError('delivery_failed', `${key}: ${attempt.message}`);
  }

  #wait(installation: Installation, schedule: ScheduledTrigger, ms: number): void {
    const { clock, random, switches } = this.#parts;
    later(
      clock,
      installation,
      ms,
      async () => {
        // A new version starts its own timers; those of the old one end here.
        if (!installation.app.schedules.includes(schedule)) return;
        this.#wait(installation, schedule, INTERVAL_MS[schedule.interval]);
        if (random() < switches.duplicateSchedules) void this.#deliver(installation, schedule);
        await this.#deliver(installation, schedule);
      },
      () => undefined,
    );
  }

  #deliver(installation: Installation, schedule: ScheduledTrigger): Promise<Attempt> {
    return this.#parts.deliverer.deliver(installation, {
      kind: 'async',
      moduleKey: schedule.key,
      moduleType: 'scheduledTrigger',
      target: schedule.target,
      payload: {},
    });
  }
}
