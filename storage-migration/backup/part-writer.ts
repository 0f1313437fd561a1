import { createHash } from 'node:crypto';
import { writeWhole } from './files.ts';
import { formatRecord, type BackupRecord } from './backup-record.ts';
import type { Part } from './manifest.ts';

/** Bytes of a part before it is closed. It is held in memory until then, and again when it is restored. */
export const PART_BYTES = 4 * 1_024 * 1_024;

/** Writes records into one part after the other. A part that exists under its name is complete. */
export class PartWriter {
  readonly #folder: string;
  readonly #bytes: number;
  #number: number;
  #lines: string[] = [];
  #size = 0;

  /** `number` is that of the first part written. */
  constructor(folder: string, number: number, bytes = PART_BYTES) {
    this.#folder = folder;
    this.#number = number;
    this.#bytes = bytes;
  }

  /** Half a part is waiting, or more: a good moment to close it where a border matters. */
  get isFull(): boolean {
    return this.#size * 2 >= this.#bytes;
  }

  /** Adds a record. Returns the part that it filled, if it did. */
  async add(record: BackupRecord): Promise<Part | undefined> {
    const line = `${formatRecord(record)}\n`;
    this.#lines.push(line);
    this.#size += Buffer.byteLength(line);
    return this.#size >= this.#bytes ? this.close() : undefined;
  }

  /** Writes what is left as a part, if anything is. */
  async close(): Promise<Part | undefined> {
    if (this.#lines.length === 0) return undefined;
    const content = Buffer.from(this.#lines.join(''));
    const name = partName(this.#number);
    await writeWhole(this.#folder, name, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const part = { name, sha256, bytes: content.length, records: this.#lines.length };
    this.#number += 1;
    this.#lines = [];
    this.#size = 0;
    return part;
  }
}

export function partName(number: number): string {
  return `part-${String(number).padStart(6, '0')}.ndjson`;
}
