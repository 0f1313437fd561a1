import { Elsewhere } from './elsewhere.ts';

/** How long a call waits for the end of a hand-over, and how it waits. */
export interface Parking {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** (Default: 10,000, as long as a hand-over may take) */
  readonly parkMs?: number;
  /** The error for a hand-over that did not end. */
  readonly parked: (cause: Elsewhere) => Error;
}

const PARK_MS = 10_000;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 400;

/** Tries again while nobody is the authority, and throws `parked` when that lasts. Other errors come out as they are. */
export async function untilSettled<T>(parking: Parking, attempt: () => Promise<T>): Promise<T> {
  const { now, sleep, parkMs = PARK_MS, parked } = parking;
  const end = now() + parkMs;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Elsewhere)) throw error;
      if (now() + wait > end) throw parked(error);
      await sleep(wait);
    }
  }
}
