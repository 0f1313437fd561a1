import { loadavg } from 'node:os';

/** One figure of a benchmark, with what it has to reach. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  /** At most this. */
  readonly most?: number;
  /** At least this. */
  readonly least?: number;
}

export type Verdict = 'met' | 'missed' | 'shown';

/** Whether a figure reaches its target; `shown` for one that has none. */
export function verdictOf({ value, most, least }: Figure): Verdict {
  if (most === undefined && least === undefined) return 'shown';
  return value <= (most ?? Infinity) && value >= (least ?? -Infinity) ? 'met' : 'missed';
}

export interface Report {
  readonly bench: string;
  readonly figures: readonly Figure[];
  /** What came out wrong: lost or false data. Time never stands here. */
  readonly wrong: readonly string[];
  /** Whatever else a reader of the JSON may want. */
  readonly details?: unknown;
}

/**
 * Prints the figures as a table and, as the last line, everything as one JSON object. Sets the exit code: 1 when a result was
 * wrong, 0 otherwise, however slow it was.
 */
export function printReport({ bench, figures, wrong, details }: Report): void {
  const rows = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, unit, verdict, ...target } of rows) {
    const promised = verdict === 'shown' ? '' : `${targetOf(target)} ${verdict}`;
    console.log(
      `${what.padEnd(width)}  ${shown(value).padStart(10)} ${unit.padEnd(10)} ${promised}`,
    );
  }
  for (const one of wrong) console.log(`WRONG: ${one}`);
  // The machine's load over the last minute: times can not be read without it.
  const load = Number((loadavg()[0] ?? 0).toFixed(2));
  const isMet = rows.every(({ verdict }) => verdict !== 'missed');
  console.log(
    JSON.stringify({
      bench,
      isMet,
      isRight: wrong.length === 0,
      load,
      figures: rows,
      wrong,
      details,
    }),
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

function targetOf({ most, least }: Pick<Figure, 'most' | 'least'>): string {
  return most === undefined ? `≥ ${least ?? ''}` : `≤ ${most}`;
}

function shown(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 3 });
}

/** The value below which this share (0…1) of them lies. NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
