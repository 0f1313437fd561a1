import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Interval, ScheduledTrigger } from '../app/index.ts';
import { NO_FAULTS } from '../faults/index.ts';
import type { State } from '../state/index.ts';
import type { Clock, FaultGate } from '../types.ts';
import type { Attempt } from './delivery.ts';
import type { Deliverer } from './deliverer.ts';
import type { Installation } from './installations.ts';
import { isLicensed } from './licence.ts';
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
  readonly state: State;
  readonly random: () => number;
  readonly switches: PlatformSwitches;
  readonly deliverer: Deliverer;
  readonly faults?: FaultGate | undefined;
}

/** The schedules of one installation as they were started together. */
interface Plan {
  /** What the manifest said; any change of it starts a new plan. */
  readonly declared: string;
  /** By key: when the run is due that has not been carried out yet. Epoch milliseconds. */
  readonly due: Map<string, number>;
  /** Keys of schedules that have silently stopped, and when they go on. Epoch milliseconds. */
  readonly stopped: Map<string, number>;
}

const KIND = 'schedules';
const Times = z.record(z.string(), z.number());
const Stored = z.object({ declared: z.string(), due: Times, stopped: Times });
type Stored = z.infer<typeof Stored>;

/**
 * Scheduled triggers of every installation (`manifest-reference/modules/scheduled-trigger`). The first run comes about five
 * minutes after the deploy or the install, then at the interval, each installation at its own fixed offset. A change of any
 * schedule starts all of them anew. Errors of a function are not retried; a run may happen twice or not at all. The local site
 * itself loses none: what fell due while it was away, or was under way when it died, is run when it is back.
 */
export class Schedules {
  readonly #parts: SchedulesParts;
  readonly #plans = new WeakMap<Installation, Plan>();
  /** Plans of an earlier run, by site, until they are asked for. */
  readonly #left: Map<string, Stored>;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
    this.#left = new Map(parts.state.read(KIND, Stored));
  }

  /** After an install and after every change of version. Leaves running schedules alone when none of them has changed. */
  start(installation: Installation): void {
    const { schedules } = installation.app;
    const declared = JSON.stringify(schedules);
    if (this.#plans.get(installation)?.declared === declared) return;
    const { clock, switches } = this.#parts;
    const first = (schedule: ScheduledTrigger): number =>
      clock.now() + switches.firstScheduleMs + this.#offset(installation, schedule);
    const left = this.#takeLeft(installation, declared);
    const plan: Plan = {
      declared,
      due: new Map(schedules.map((each) => [each.key, left?.due[each.key] ?? first(each)])),
      stopped: new Map(Object.entries(left?.stopped ?? {})),
    };
    this.#plans.set(installation, plan);
    this.#save(installation, plan);
    for (const schedule of schedules) {
      this.#wait(installation, plan, schedule, plan.due.get(schedule.key) ?? first(schedule));
    }
  }

  /** The installation has ended. */
  forget({ site }: Installation): void {
    this.#parts.state.remove(KIND, site.cloudId);
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

  #wait(installation: Installation, plan: Plan, schedule: ScheduledTrigger, due: number): void {
    const { clock, random, switches } = this.#parts;
    later(
      clock,
      installation,
      due - clock.now(),
      async () => {
        // Whoever changed the schedules has started a new plan; this one ends here.
        if (this.#plans.get(installation) !== plan) return;
        const next = clock.now() + INTERVAL_MS[schedule.interval];
        this.#wait(installation, plan, schedule, next);
        try {
          if (this.#isSkipped(installation, plan, schedule)) return;
          const copies = random() < switches.scheduledDuplicate ? 2 : 1;
          await Promise.all(
            Array.from({ length: copies }, () => this.#passAndDeliver(installation, schedule)),
          );
        } finally {
          // Not before: a run that dies with the local site is due again.
          plan.due.set(schedule.key, next);
          this.#save(installation, plan);
        }
      },
      // A lost run is lost: the next one comes at its time.
      () => undefined,
    );
  }

  /** The plan of an earlier run, if it was made for these schedules. */
  #takeLeft({ site }: Installation, declared: string): Stored | undefined {
    const left = this.#left.get(site.cloudId);
    this.#left.delete(site.cloudId);
    return left?.declared === declared ? left : undefined;
  }

  #save(installation: Installation, plan: Plan): void {
    // The local site may have been closed, or the schedules changed, under a run.
    if (!installation.open || this.#plans.get(installation) !== plan) return;
    const { declared, due, stopped } = plan;
    this.#parts.state.put(KIND, installation.site.cloudId, {
      declared,
      due: Object.fromEntries(due),
      stopped: Object.fromEntries(stopped),
    });
  }

  #isSkipped(installation: Installation, plan: Plan, schedule: ScheduledTrigger): boolean {
    const { clock, random, switches } = this.#parts;
    if (schedule.onlyLicensed === true && !isLicensed(installation, switches)) return true;
    const goesOnAt = plan.stopped.get(schedule.key) ?? 0;
    if (clock.now() < goesOnAt) return true;
    if (switches.scheduledStops === 0 || random() >= switches.scheduledStops) return false;
    plan.stopped.set(schedule.key, clock.now() + switches.scheduledStopMs);
    return true;
  }

  /** Fixed for an installation and a schedule: made from their names, not drawn. */
  #offset(installation: Installation, { key, interval }: ScheduledTrigger): number {
    const spread =
      this.#parts.switches.scheduleSpread === 'minute' ? MINUTE_MS : INTERVAL_MS[interval];
    const digest = createHash('sha256').update(`${installation.uuid} ${key}`).digest();
    return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * spread);
  }

  async #passAndDeliver(installation: Installation, schedule: ScheduledTrigger): Promise<void> {
    const faults = this.#parts.faults ?? NO_FAULTS;
    await faults.pass(
      'schedule',
      `${installation.site.slug} ${schedule.key}`,
      async () => {
        if (installation.open) await this.#deliver(installation, schedule);
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
      // What a scheduled function returns is ignored, also when it asks for a retry [doc].
      retried: this.#parts.switches.scheduleEndpointRetries ? 'endpoint' : 'none',
    });
  }
}
