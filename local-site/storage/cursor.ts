import { createHash } from 'node:crypto';
import { z } from 'zod';
import { StorageError } from './errors.ts';
import type { StorageSwitches } from './switches.ts';

const contents = z.object({
  /** Digest of the installation, the epoch of its data and of everything in the query but cursor and metadata. */
  q: z.string(),
  /** Time of issue, epoch milliseconds. */
  t: z.number(),
  /** Round of cursors it belongs to. */
  g: z.number(),
  /** Position after which to go on: last key, and for an index the last range value. `null`: nothing lies behind. */
  p: z.object({ key: z.string(), range: z.union([z.string(), z.number()]).optional() }).nullable(),
});

export type Position = NonNullable<z.infer<typeof contents>['p']>;

/**
 * Makes and reads cursors. A cursor belongs to one query with all its parameters and has a life; used otherwise it is
 * refused with `INVALID_CURSOR` (the platform's own code for that is not published).
 */
export class CursorBox {
  readonly #switches: Pick<StorageSwitches, 'cursorLifeMs'>;
  #generation = 0;

  constructor(switches: Pick<StorageSwitches, 'cursorLifeMs'>) {
    this.#switches = switches;
  }

  /** Makes every cursor that is out invalid, as a change of the backend did in 2024. */
  forgetAll(): void {
    this.#generation++;
  }

  /** Names a query: the same parameters give the same digest. */
  static digest(installation: string, parameters: unknown): string {
    const text = `${installation} ${JSON.stringify(parameters)}`;
    return createHash('sha256').update(text).digest('base64url').slice(0, 16);
  }

  issue(query: string, position: Position | null, now: number): string {
    const cursor: z.infer<typeof contents> = { q: query, t: now, g: this.#generation, p: position };
    return Buffer.from(JSON.stringify(cursor)).toString('base64url');
  }

  /** The position to go on from; `null` when the cursor led past the end of the data. */
  read(cursor: string, query: string, now: number): Position | null {
    const found = decode(cursor);
    const lifeMs = this.#switches.cursorLifeMs;
    const expired = lifeMs !== null && found !== undefined && now - found.t > lifeMs;
    if (found?.q !== query || found.g !== this.#generation || expired) {
      throw new StorageError('INVALID_CURSOR');
    }
    return found.p;
  }
}

function decode(cursor: string): z.infer<typeof contents> | undefined {
  try {
    return contents.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
