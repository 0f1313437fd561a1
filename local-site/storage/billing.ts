import type { StorageSwitches } from './switches.ts';

/** An empty read is billed as 1 KB (forge-platform-pricing, 2026-08). */
const EMPTY_READ_BYTES = 1_000;

export interface BilledBytes {
  billedReadBytes: number;
  billedWriteBytes: number;
}

/** Adds up what one installation is billed with: the bytes it reads and writes. Deletes cost nothing [infer]. */
export class Bill {
  readonly #totals: BilledBytes;
  readonly #switches: Pick<StorageSwitches, 'billingCountsKeys'>;

  constructor(totals: BilledBytes, switches: Pick<StorageSwitches, 'billingCountsKeys'>) {
    this.#totals = totals;
    this.#switches = switches;
  }

  wrote(key: string, valueBytes: number): void {
    this.#totals.billedWriteBytes += this.#keyBytes(key) + valueBytes;
  }

  read(items: readonly { readonly key: string; readonly value: string }[]): void {
    if (items.length === 0) this.#totals.billedReadBytes += EMPTY_READ_BYTES;
    for (const { key, value } of items) {
      this.#totals.billedReadBytes += this.#keyBytes(key) + Buffer.byteLength(value);
    }
  }

  #keyBytes(key: string): number {
    return this.#switches.billingCountsKeys ? Buffer.byteLength(key) : 0;
  }
}
