import { StorageError } from './errors.ts';
import type { StorageLimits } from './limits.ts';
import {
  INDEX_READ_BYTES_PER_SECOND,
  KEY_READ_BYTES_PER_SECOND,
  KEY_WRITE_BYTES_PER_SECOND,
} from './limits.ts';
import { RateWindow } from './rate-window.ts';
import type { StorageSwitches, ThrottleCode } from './switches.ts';

/** What one installation has used since it was made. */
export interface UsageCounters {
  readUnits: number;
  writeUnits: number;
  requests: number;
  throttled: number;
}

type ThroughputKind = 'read' | 'write' | 'index';

const THROUGHPUT: Record<ThroughputKind, number> = {
  read: KEY_READ_BYTES_PER_SECOND,
  write: KEY_WRITE_BYTES_PER_SECOND,
  index: INDEX_READ_BYTES_PER_SECOND,
};

/**
 * The quotas of one installation: units per minute, reads and writes apart; requests per second; bytes per second of one
 * key. A request that would pass a limit is refused whole and costs nothing (how the platform accounts a refused
 * request is not published). With `limits.quotas` off nothing is refused and units are still counted.
 */
export class Quota {
  readonly usage: UsageCounters;
  readonly #limits: StorageLimits;
  readonly #switches: StorageSwitches;
  readonly #requests = new RateWindow(1_000, 'fixed');
  readonly #batches: RateWindow;
  readonly #reads: RateWindow;
  readonly #writes: RateWindow;
  readonly #bytesOfKeys = new Map<string, number>();
  #keysSecond = 0;

  constructor(usage: UsageCounters, limits: StorageLimits, switches: StorageSwitches) {
    this.usage = usage;
    this.#limits = limits;
    this.#switches = switches;
    this.#reads = new RateWindow(60_000, switches.minuteWindow);
    this.#writes = new RateWindow(60_000, switches.minuteWindow);
    this.#batches = new RateWindow(60_000, switches.minuteWindow);
  }

  /** Counts a request. Throws the general 429 code over the request rate. */
  request(now: number): void {
    this.usage.requests++;
    this.#take(
      this.#requests,
      this.#limits.requestsPerSecond,
      1,
      now,
      this.#switches.throttleCode.general,
    );
  }

  batch(now: number): void {
    const most = this.#switches.batchesPerMinute;
    if (most !== null) this.#take(this.#batches, most, 1, now, this.#switches.throttleCode.general);
  }

  read(units: number, now: number): void {
    this.#take(
      this.#reads,
      this.#limits.unitsPerMinute,
      units,
      now,
      this.#switches.throttleCode.general,
    );
    this.usage.readUnits += units;
  }

  write(units: number, now: number, code?: ThrottleCode): void {
    this.#take(
      this.#writes,
      this.#limits.unitsPerMinute,
      units,
      now,
      code ?? this.#switches.throttleCode.general,
    );
    this.usage.writeUnits += units;
  }

  /** Write units left in this minute; infinite without quotas. */
  writeUnitsLeft(now: number): number {
    if (!this.#limits.quotas) return Infinity;
    return Math.max(0, this.#limits.unitsPerMinute - this.#writes.used(now));
  }

  readUnitsLeft(now: number): number {
    if (!this.#limits.quotas) return Infinity;
    return Math.max(0, this.#limits.unitsPerMinute - this.#reads.used(now));
  }

  /** Throws `REQUEST_THROTTLED` when one key (or one index value) moves more bytes a second than it may. */
  throughput(kind: ThroughputKind, identity: string, bytes: number, now: number): void {
    if (!this.#limits.quotas || !this.#switches.perKeyThroughput) return;
    const second = Math.floor(now / 1_000);
    if (second !== this.#keysSecond) {
      this.#bytesOfKeys.clear();
      this.#keysSecond = second;
    }
    const slot = `${kind} ${identity}`;
    const total = (this.#bytesOfKeys.get(slot) ?? 0) + bytes;
    if (total > THROUGHPUT[kind]) throw this.#refusal('REQUEST_THROTTLED', 1_000 - (now % 1_000));
    this.#bytesOfKeys.set(slot, total);
  }

  #take(window: RateWindow, most: number, amount: number, now: number, code: ThrottleCode): void {
    if (this.#limits.quotas && window.used(now) + amount > most) {
      throw this.#refusal(code, window.msUntilFree(now));
    }
    window.add(amount, now);
  }

  #refusal(code: ThrottleCode, waitMs: number): StorageError {
    return new StorageError(code, {
      ...(this.#switches.retryAfterHeader
        ? { headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) } }
        : {}),
    });
  }
}
