import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * An append-only file of JSON lines. A line is with the operating system when `append` returns, so that the death of this process
 * can not take it back; `durable` waits until it is on the disk. The last line of a file may be torn: it was never counted.
 */
export class Ledger {
  /** What the file held when it was opened. */
  readonly earlier: readonly unknown[];
  readonly #file: number;
  #written = 0;
  #synced = 0;
  #syncing: Promise<void> | undefined;

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600);
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf('\n') + 1;
    if (end < bytes.length) ftruncateSync(this.#file, end);
    const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    this.earlier = lines.map((line) => JSON.parse(line) as unknown);
  }

  append(entry: object): void {
    let bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#file, bytes));
    this.#written += 1;
  }

  /** Resolves when everything that has been appended is on the disk. Those who wait at the same time share one sync. */
  async durable(): Promise<void> {
    const mine = this.#written;
    while (this.#synced < mine) {
      this.#syncing ??= this.#sync();
      await this.#syncing;
    }
  }

  /** Nothing may be appended afterwards. */
  async close(): Promise<void> {
    await this.durable();
    closeSync(this.#file);
  }

  async #sync(): Promise<void> {
    const upTo = this.#written;
    await new Promise<void>((resolve, reject) => {
      fdatasync(this.#file, (error) => (error === null ? resolve() : reject(error)));
    });
    this.#synced = upTo;
    this.#syncing = undefined;
  }
}
