import { percentile, type Figure } from './bench-report.ts';

/** What was measured of all cycles at one latency. Milliseconds. */
export interface Measured {
  /** What the commands say: from the close of the gate to its end. */
  readonly frozen: number[];
  /** What users say: the longest time in a cut-over in which no write of anybody ended. */
  readonly silence: number[];
  /** The longest a single write of a cut-over took. */
  readonly longest: number[];
  /** Requests to Forge from the plan of a cut-over to its end, by everybody, and their units. */
  readonly requests: number[];
  readonly units: number[];
  /** The requests by what they were; `head` is a single read of a head. */
  readonly kinds: Readonly<Record<string, number>>[];
  /** From the end of a cut-over until everybody who was parked has been served. */
  readonly served: number[];
  readonly undone: string[];
  /** Writes whose users were told that they failed. */
  readonly failures: string[];
  readonly rollback: number[];
  /** The same without what its lag takes: every entry is about one read unit, of 63 a second. */
  readonly rollbackAlone: number[];
  readonly rollbackFrozen: number[];
  /** Records that had not come back yet when the rollback began. */
  readonly lag: number[];
  /** From the rollback until the next cut-over may begin: sending, comparing, reading everything back. */
  readonly ready: number[];
  writes: number;
}

export function newMeasured(): Measured {
  return {
    ...{ frozen: [], silence: [], longest: [], undone: [], failures: [], served: [] },
    ...{ rollback: [], rollbackAlone: [], rollbackFrozen: [], lag: [], ready: [] },
    ...{ requests: [], units: [], kinds: [], writes: 0 },
  };
}

/** 95 % of the 4,000 read units of a minute: what the layer lets itself use. */
const READS_PER_SECOND = (0.95 * 4_000) / 60;

/** A rollback's milliseconds without what it takes to read the entries that were behind when it began. */
export function withoutLag(rollbackMs: number, entries: number): number {
  return Math.max(0, rollbackMs - (entries / READS_PER_SECOND) * 1_000);
}

/** The longest time in which no write of anybody ended. */
export function longestSilence(ended: readonly { readonly to: number }[]): number {
  const ends = ended.map(({ to }) => to).sort((a, b) => a - b);
  return Math.max(0, ...ends.slice(1).map((end, i) => end - (ends[i] ?? end)));
}

/** The report's lines for one latency, with what the issue promises. */
export function figuresOf(latency: string, measured: Measured): Figure[] {
  const figure = (
    what: string,
    values: readonly number[],
    share: number,
    most?: number,
  ): Figure => ({
    ...{ what: `${latency}: ${what}`, unit: 'ms', value: percentile(values, share) },
    ...(most === undefined ? {} : { most }),
  });
  const {
    frozen,
    silence,
    longest,
    rollback,
    rollbackAlone,
    served,
    rollbackFrozen,
    lag,
    ready,
    requests,
    units,
  } = measured;
  return [
    figure('writers frozen by a cut-over, p50', frozen, 0.5, 1_000),
    figure('writers frozen by a cut-over, p99', frozen, 0.99, 5_000),
    figure('no write of anybody ended, p50', silence, 0.5),
    figure('no write of anybody ended, p99', silence, 0.99),
    figure('the longest write of a cut-over, p50', longest, 0.5),
    figure('the longest write of a cut-over, p99', longest, 0.99),
    figure('until those who were parked were served, p50', served, 0.5),
    figure('rollback, lag included, p50', rollback, 0.5),
    figure('rollback, lag included, p99', rollback, 0.99),
    figure('rollback without its lag, p99', rollbackAlone, 0.99, 5_000),
    { ...figure('log entries behind at a rollback, p50', lag, 0.5), unit: '' },
    figure('writers frozen by a rollback, p50', rollbackFrozen, 0.5),
    figure('from a rollback until the next cut-over may begin, p50', ready.slice(1), 0.5),
    { ...figure('requests to Forge in a cut-over, p50', requests, 0.5), unit: '' },
    { ...figure('units of Forge in a cut-over, p50', units, 0.5), unit: '' },
    { what: `${latency}: cut-overs undone by themselves`, unit: '', value: measured.undone.length },
    { what: `${latency}: writes that failed`, unit: '', value: measured.failures.length, most: 0 },
    { what: `${latency}: writes acknowledged`, unit: '', value: measured.writes },
  ];
}
