import { seededRandom } from '../support/index.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { CountedCall } from './fault-log.ts';
import type { FaultRanges, FaultRates } from './fault-plan.ts';

/**
 * Numbers that depend on the seed and on the call's name alone, never on what happened at other borders or to other texts:
 * when calls interleave differently, each still gets its own fault.
 */
export function randomOf(seed: number | string, { border, what, nth }: CountedCall): () => number {
  return seededRandom(`${seed}\n${border}\n${what}\n${nth}`);
}

/** The fault that the rates give to a call, undefined for none. */
export function drawFault(
  rates: FaultRates,
  ranges: FaultRanges,
  random: () => number,
): Fault | undefined {
  let left = random();
  for (const [kind, rate] of Object.entries(rates) as [FaultKind, number][]) {
    if (left < rate) return faultOf(kind, ranges, random);
    left -= rate;
  }
  return undefined;
}

/** A fault of this kind, its numbers drawn. */
export function faultOf(kind: FaultKind, ranges: FaultRanges, random: () => number): Fault {
  switch (kind) {
    case 'lostRequest':
    case 'lostAnswer':
    case 'throttle':
    case 'expireToken':
      return { kind };
    case 'serverError':
      return { kind, status: [500, 502, 503, 504][Math.floor(random() * 4)] ?? 503 };
    case 'lateApply':
    case 'duplicate':
    case 'reorder':
    case 'slow':
    case 'crash': {
      const { min, max } = ranges[kind];
      return { kind, ms: Math.round(min + random() * (max - min)) };
    }
  }
}
