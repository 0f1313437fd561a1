/** One promise about the local site, what it is compared with, and what was measured. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 's' | 'MB' | 'records/s';
  readonly ours: number;
  readonly target: number;
  /** Whether more is better: the target is then a least value. */
  readonly more?: true;
  /** The same work done another way in the same run. Absent when nothing else does it. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** CPU of the site's process, in milliseconds per operation. */
  readonly cpuMs?: number;
}

export function isMet({ ours, target, more }: Row): boolean {
  return more === true ? ours >= target : ours <= target;
}

/** How much slower, larger or smaller we are than the peer; undefined without a peer. */
export function ratioOf({ ours, peer }: Row): number | undefined {
  return peer === undefined ? undefined : ours / peer.value;
}

/** The rows as `console.table` prints them. */
export function asTable(rows: readonly Row[]): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    rows.map((row) => [
      row.peer === undefined ? row.what : `${row.what}, against ${row.peer.name}`,
      {
        ours: rounded(row.ours),
        unit: row.unit,
        target: `${row.more === true ? '≥' : '≤'} ${row.target}`,
        met: isMet(row),
        peer: rounded(row.peer?.value),
        ratio: rounded(ratioOf(row)),
        'CPU ms': rounded(row.cpuMs),
      },
    ]),
  );
}

/** Middle value; the upper one of two. Rejects nothing: an empty list gives NaN. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number | undefined): number | string {
  return value === undefined ? '-' : Number(value.toPrecision(3));
}
