import { FunctionError } from '../functions/index.ts';
import type { Clock } from '../types.ts';
import { FixedWindows } from './fixed-windows.ts';
import type { PlatformSwitches } from './switches.ts';

/** What an answer of a web trigger says about the rate, as it says it. */
export interface RateHeaders extends Readonly<Record<string, string>> {
  readonly 'x-ratelimit-limit': string;
  readonly 'x-ratelimit-remaining': string;
  /** Seconds since the epoch. */
  readonly 'x-ratelimit-reset': string;
}

/**
 * How often people, through pages, and strangers, through web triggers, may make the app run: per user, and per installation
 * in a minute and in a second. Fixed windows [doc: CHANGE-3420, RFC-130]. Events and schedules do not count.
 */
export class UserLedRates {
  readonly #clock: Clock;
  readonly #switches: PlatformSwitches;
  readonly #perUser = new FixedWindows(60_000);
  readonly #perMinute = new FixedWindows(60_000);
  readonly #perSecond = new FixedWindows(1_000);

  constructor(clock: Clock, switches: PlatformSwitches) {
    this.#clock = clock;
    this.#switches = switches;
  }

  /** Counts one call; false when one of the limits is reached, and then it counts nowhere. */
  admit(installationId: string, accountId?: string): boolean {
    const { userCallsPerMinute, installationCallsPerMinute, installationCallsPerSecond } =
      this.#switches;
    const now = this.#clock.now();
    const user = `${installationId} ${accountId ?? ''}`;
    if (accountId !== undefined && this.#perUser.used(user, now) >= userCallsPerMinute)
      return false;
    if (this.#perSecond.used(installationId, now) >= installationCallsPerSecond) return false;
    if (!this.#perMinute.take(installationId, 1, installationCallsPerMinute, now)) return false;
    this.#perSecond.take(installationId, 1, installationCallsPerSecond, now);
    if (accountId !== undefined) this.#perUser.take(user, 1, userCallsPerMinute, now);
    return true;
  }

  /**
   * As `admit`, for a page.
   *
   * @throws FunctionError `FUNCTION_PLATFORM_RATE_LIMITED`
   */
  require(installationId: string, accountId: string | undefined): void {
    if (this.admit(installationId, accountId)) return;
    throw new FunctionError(
      'FUNCTION_PLATFORM_RATE_LIMITED',
      'The app is called too often. Try again in the next minute.',
    );
  }

  headers(installationId: string): RateHeaders {
    const now = this.#clock.now();
    const limit = this.#switches.installationCallsPerMinute;
    const left = limit - this.#perMinute.used(installationId, now);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, left)),
      'x-ratelimit-reset': String(this.#perMinute.endsAt(now) / 1000),
    };
  }
}
