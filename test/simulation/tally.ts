import type { RunResult } from '../../storage-migration/simulation/index.ts';

/** One schedule that went wrong. */
export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly what: string;
}

/** Sums over many schedules. Plain, so that threads can hand it over. */
export interface Tally {
  schedules: number;
  readonly sums: Record<string, number>;
  readonly failures: Failure[];
}

export function newTally(): Tally {
  return { schedules: 0, sums: {}, failures: [] };
}

/** Adds one schedule. */
export function count(tally: Tally, seed: number, result: RunResult): void {
  const { points, crashes, stalls, faults, counts, violation } = result;
  tally.schedules += 1;
  addAll(tally.sums, { points, crashes, stalls, ...faults, ...counts });
  if (violation !== undefined) {
    tally.failures.push({ seed, kind: violation.kind, what: violation.message });
  }
}

/** Adds what another thread counted. */
export function merge(into: Tally, other: Tally): void {
  into.schedules += other.schedules;
  into.failures.push(...other.failures);
  addAll(into.sums, other.sums);
}

function addAll(into: Record<string, number>, sums: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sums)) into[name] = (into[name] ?? 0) + value;
}
