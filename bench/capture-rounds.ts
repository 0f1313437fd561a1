import { percentile } from './bench-report.ts';

/**
 * The four ways of one write. `again` is `plain` once more, in a database of its own: what the two differ by is what this
 * machine makes of nothing, and no difference below it says anything.
 */
export const KINDS = ['plain', 'again', 'captured', 'both'] as const;
export type Kind = (typeof KINDS)[number];

/** One write of each kind, close together. Milliseconds. */
export interface Round extends Readonly<Record<Kind, number>> {
  /** 1, 2, … */
  readonly run: number;
  /** The captured tenant's, when the round began. */
  readonly stage: string;
}

/** What a kind adds to the plain write. */
export interface Added {
  /** The difference of the quantiles. */
  readonly p50: number;
  readonly p99: number;
  /** The median of the differences within a round: what a busy machine does to both halves of a pair cancels out. */
  readonly paired: number;
  /** In which that median lies with 95 % confidence, by the order statistics. */
  readonly pairedWithin: readonly [number, number];
}

/** Compares a kind with the plain write over these rounds. */
export function addedBy(kind: Kind, rounds: readonly Round[]): Added {
  const differences = rounds.map((round) => round[kind] - round.plain);
  const half = 0.98 / Math.sqrt(Math.max(1, rounds.length));
  return {
    p50: quantile(kind, rounds, 0.5) - quantile('plain', rounds, 0.5),
    p99: quantile(kind, rounds, 0.99) - quantile('plain', rounds, 0.99),
    paired: percentile(differences, 0.5),
    pairedWithin: [
      percentile(differences, Math.max(0, 0.5 - half)),
      percentile(differences, Math.min(1, 0.5 + half)),
    ],
  };
}

/** Milliseconds below which this share of the kind's writes lies. */
export function quantile(kind: Kind, rounds: readonly Round[], share: number): number {
  return percentile(
    rounds.map((round) => round[kind]),
    share,
  );
}

/** Puts the kinds into an order of chance: each follows each other equally often. */
export function shuffled(random: () => number): Kind[] {
  const kinds: Kind[] = [...KINDS];
  for (let last = kinds.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [kinds[last], kinds[other]];
    if (a !== undefined && b !== undefined) [kinds[last], kinds[other]] = [b, a];
  }
  return kinds;
}
