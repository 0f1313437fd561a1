import type { Roughness } from './anchors-plan.ts';
import type { FlowName } from './anchors-schedule.ts';

/** What one thread runs. */
export interface Share {
  readonly first: number;
  readonly stride: number;
  readonly last: number;
}

/** What a flow came to over many schedules: schedules that diverged, and records by how they did. */
export interface Tally {
  schedules: number;
  diverged: number;
  lost: number;
  stale: number;
  resurrected: number;
  readonly violations: string[];
}

export function newTally(): Tally {
  return { schedules: 0, diverged: 0, lost: 0, stale: 0, resurrected: 0, violations: [] };
}

export function tallyName(flow: FlowName, roughness: Roughness): string {
  return `${flow}/${roughness}`;
}

/** Adds one tally to another. */
export function addTally(to: Tally, from: Tally): void {
  to.schedules += from.schedules;
  to.diverged += from.diverged;
  to.lost += from.lost;
  to.stale += from.stale;
  to.resurrected += from.resurrected;
  to.violations.push(...from.violations);
}
