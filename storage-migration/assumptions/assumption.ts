/**
 * How we know it.
 *
 * - `doc`: documented by Atlassian. Where two pages disagree, the statement says which reading is taken.
 * - `code`: read in the source that Atlassian ships.
 * - `ran`: executed and observed, on one machine and without an Atlassian site.
 * - `field`: measured or reported by others on the real platform.
 * - `infer`: follows from something known, but nobody says so.
 * - `open`: not established. A reading is taken so that there is something to build against.
 */
export type Evidence = 'doc' | 'code' | 'ran' | 'field' | 'infer' | 'open';

/** How a real site can confirm an assumption. */
export interface Probe {
  /** `doctor`: something `xg doctor` can run against a real site. `hand`: a person looks or asks. */
  readonly by: 'doctor' | 'hand';
  readonly what: string;
}

/** Why something is not there. */
export interface Nothing {
  readonly none: string;
}

/** Something only a real Atlassian site can confirm. Every text is a complete sentence. */
export interface AssumptionEntry {
  /** What we assume. */
  readonly statement: string;
  readonly evidence: Evidence;
  /** The public page, changelog entry, thread or package that says it, or that fails to. */
  readonly source: string;
  /** Where our notes on the platform treat it: page and section. */
  readonly section: string;
  /** What the operator would see break. */
  readonly ifWrong: string;
  /** The switch of the local site that turns to the other reading: `storage.…`, `platform.…`, `upgrade.…`. */
  readonly switch: string | Nothing;
  readonly probe: Probe | Nothing;
  /** Why the design does not depend on it, where that is so. */
  readonly designSafe?: string;
}

/** The assumptions about one part of the platform, by id. An id never changes once it is published. */
export interface AssumptionGroup {
  readonly title: string;
  readonly entries: Readonly<Record<string, AssumptionEntry>>;
}

export const doctor = (what: string): Probe => ({ by: 'doctor', what });
export const byHand = (what: string): Probe => ({ by: 'hand', what });
export const none = (reason: string): Nothing => ({ none: reason });

/** Whether a switch or a probe is there. */
export function isThere<Thing extends string | Probe>(value: Thing | Nothing): value is Thing {
  return typeof value === 'string' || !Object.hasOwn(value, 'none');
}
