import { Bill } from './billing.ts';
import type { BilledBytes } from './billing.ts';
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
export interface UsageCounters extends BilledBytes {
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

/** The windows of one installation. Made with its first request: most of ten thousand never make one. */
interface Windows {
  readonly requests: RateWindow;
  readonly batches: RateWindow;
  readonly reads: RateWindow;
  readonly writes: RateWindow;
  /** Bytes moved in this second, by kind and key. */
  readonly bytesOfKeys: Map<string, number>;
}

/**
 * The quotas of one installation: units per minute, reads and writes apart; requests per second; bytes per second of one
 * key. A request that would pass a limit is refused whole and costs nothing (how the platform accounts a refused
 * request is not published). With `limits.quotas` off nothing is refused and units are still counted.
 */
export class Quota {
  readonly usage: UsageCounters;
  readonly bill: Bill;
  readonly #limits: StorageLimits;
  readonly #switches: StorageSwitches;
  #windows: Windows | undefined;
  #keysSecond = 0;

  constructor(usage: UsageCounters, limits: StorageLimits, switches: StorageSwitches) {
    this.usage = usage;
    this.bill = new Bill(usage, switches);
    this.#limits = limits;
    this.#switches = switches;
  }

  /** Begins all windows anew; what has been used in all stays. */
  reset(): void {
    this.#windows = undefined;
  }

  /** Counts a request. Throws the general 429 code over the request rate. */
  request(now: number): void {
    this.usage.requests++;
    const { general } = this.#switches.throttleCode;
    this.#take(this.#open().requests, this.#limits.requestsPerSecond, 1, now, general);
  }

  batch(now: number): void {
    const most = this.#switches.batchesPerMinute;
    const { general } = this.#switches.throttleCode;
    if (most !== null) this.#take(this.#open().batches, most, 1, now, general);
  }

  read(units: number, now: number): void {
    const { general } = this.#switches.throttleCode;
    this.#take(this.#open().reads, this.#limits.unitsPerMinute, units, now, general);
    this.usage.readUnits += units;
  }

  write(units: number, now: number, code?: ThrottleCode): void {
    const { general } = this.#switches.throttleCode;
    this.#take(this.#open().writes, this.#limits.unitsPerMinute, units, now, code ?? general);
    this.usage.writeUnits += units;
  }

  /** Units charged in this minute. */
  minute(now: number): { readonly readUnits: number; readonly writeUnits: number } {
    const { reads, writes } = this.#open();
    return { readUnits: reads.used(now), writeUnits: writes.used(now) };
  }

  /** Write units left in this minute; infinite without quotas. */
  writeUnitsLeft(now: number): number {
    if (!this.#limits.quotas) return Infinity;
    return Math.max(0, this.#limits.unitsPerMinute - this.#open().writes.used(now));
  }

  /** Throws `REQUEST_THROTTLED` when one key (or one index value) moves more bytes a second than it may. */
  throughput(kind: ThroughputKind, identity: string, bytes: number, now: number): void {
    if (!this.#limits.quotas || !this.#switches.perKeyThroughput) return;
    const { bytesOfKeys } = this.#open();
    const second = Math.floor(now / 1_000);
    if (second !== this.#keysSecond) {
      bytesOfKeys.clear();
      this.#keysSecond = second;
    }
    const slot = `${kind} ${identity}`;
    const total = (bytesOfKeys.get(slot) ?? 0) + bytes;
    if (total > THROUGHPUT[kind])
      throw throttled('REQUEST_THROTTLED', this.#switches, 1_000 - (now % 1_000));
    bytesOfKeys.set(slot, total);
  }

  #open(): Windows {
    const { minuteWindow } = this.#switches;
    this.#windows ??= {
      requests: new RateWindow(1_000, 'fixed'),
      batches: new RateWindow(60_000, minuteWindow),
      reads: new RateWindow(60_000, minuteWindow),
      writes: new RateWindow(60_000, minuteWindow),
      bytesOfKeys: new Map(),
    };
    return this.#windows;
  }

  #take(window: RateWindow, most: number, amount: number, now: number, code: ThrottleCode): void {
    if (this.#limits.quotas && window.used(now) + amount > most) {
      throw throttled(code, this.#switches, window.msUntilFree(now));
    }
    window.add(amount, now);
  }
}

/** A 429, with `Retry-After` where the switch says so. */
export function throttled(
  code: ThrottleCode,
  switches: Pick<StorageSwitches, 'retryAfterHeader'>,
  waitMs: number,
): StorageError {
  if (!switches.retryAfterHeader) return new StorageError(code);
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new StorageError(code, { headers: { 'retry-after': String(seconds) } });
}
