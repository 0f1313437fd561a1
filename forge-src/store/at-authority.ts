import { setTimeout as sleep } from 'node:timers/promises';
import { LayerError } from 'crossgrade';
import type { ListContext } from 'crossgrade/live';
import { Elsewhere, untilSettled } from '../../checklist/records/index.ts';
import { FunctionError } from '../errors.ts';

/** Both ways to do one thing. */
export interface Ways<T> {
  /** In Forge storage. Throws `Elsewhere` when Forge is not the authority. */
  readonly here: (context: ListContext) => Promise<T>;
  /** At the server, which knows where the data is. */
  readonly there: () => Promise<T>;
  /** Milliseconds to wait while nobody is the authority. (Default: 10,000) */
  readonly parkMs?: number;
}

/**
 * Does it where the data is **at this call**. Forge's own heads say so: with Forge, and it is done here; with Postgres, or
 * never handed over, and the server is asked; with nobody, and it waits for the end of the hand-over. The server is also
 * asked when this version of the functions can't read the heads: it knows by its own register whether Postgres is the
 * authority, and refuses otherwise. A store that does not answer is an error, never an empty answer.
 */
export async function atAuthority<T>(
  open: () => Promise<ListContext | undefined>,
  { here, there, parkMs }: Ways<T>,
): Promise<T> {
  const parking = { now: Date.now, sleep, parked, ...(parkMs === undefined ? {} : { parkMs }) };
  return untilSettled(parking, async () => {
    try {
      const context = await open();
      return context === undefined ? await there() : await here(context);
    } catch (error) {
      if (isForTheServer(error)) return there();
      throw error;
    }
  });
}

function isForTheServer(error: unknown): boolean {
  if (error instanceof Elsewhere) return error.authority === 'P';
  return (
    error instanceof LayerError &&
    (error.code === 'head.missing' || error.code === 'layer.version_mismatch')
  );
}

function parked(cause: unknown): FunctionError {
  return new FunctionError(
    'handover_in_progress',
    'This data is being handed over right now.',
    'Try again in a few seconds.',
    cause,
  );
}
