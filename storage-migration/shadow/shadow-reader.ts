import type { Timing } from '../copy/unit-account.ts';
import type { ShadowClass } from './classify-shadow.ts';
import type { ShadowReport } from './read-both.ts';
import { ShadowSkip } from './shadow-skip.ts';

/**
 * What became of a sampled read: a class; `noise` when the authority differed from itself; `late` when it was given up at the
 * budget; `failed`; `skipped` when others were under way, when there were no units to spare, or when the tenant could not be
 * compared.
 */
export type ShadowOutcome = ShadowClass | 'noise' | 'late' | 'failed' | 'skipped';

/** `Of` names a record; a key, unless one reader serves several tenants. */
export interface ShadowOptions<Of = string> {
  /** Share of the app's reads that are looked at, 0…1. */
  readonly rate: number;
  /** Milliseconds a comparison may take; what takes longer is given up and counted as late. (Default: 2,000) */
  readonly budgetMs?: number;
  /** Comparisons under way at once; what comes on top is skipped. (Default: 2) */
  readonly mostAtOnce?: number;
  /** One of so many samples compares the authority with itself. (Default: 10) */
  readonly calibrateEvery?: number;
  readonly timing: Timing;
  /** 0…1 */
  readonly random: () => number;
  readonly compare: (of: Of) => Promise<ShadowReport>;
  /** The same with one side twice. */
  readonly calibrate: (of: Of) => Promise<ShadowClass>;
  /** Told of every finding that stood at each look. Must not throw. */
  readonly onFinding: (report: ShadowReport, of: Of) => void;
  /** Told of every sampled read, once; not of an authority that agreed with itself. Must not throw. */
  readonly onOutcome?: (outcome: ShadowOutcome, of: Of) => void;
}

export interface ShadowCounts {
  readonly classes: Readonly<Record<ShadowClass, number>>;
  /** Of the comparisons of one side with itself: how many differed, which is the noise to hold the others against. */
  readonly calibration: { readonly compared: number; readonly differing: number };
  /** Given up at the budget, failed, and not made: others were under way, no units to spare, nothing to compare. */
  readonly late: number;
  readonly failed: number;
  readonly skipped: number;
  /** Milliseconds of the slowest comparison that ended in time. */
  readonly slowestMs: number;
}

/** A difference counts when it is there at so many looks. */
const LOOKS = 3;
/** Milliseconds between two looks: a send that was under way at one has ended by the next. */
const BETWEEN_MS = 200;

/**
 * Compares both stores at records that people are reading. Told of a read after its answer has gone out, by a call that
 * returns at once and never throws: no answer is delayed or changed by it. What it finds has been there at three looks.
 */
export class ShadowReader<Of = string> {
  readonly #options: ShadowOptions<Of>;
  readonly #underWay = new Set<Promise<void>>();
  readonly #classes: Record<ShadowClass, number> = {
    ...{ same: 0, lag: 0, corrupt: 0, ahead: 0, rogue: 0 },
  };
  readonly #calibration = { compared: 0, differing: 0 };
  #sampled = 0;
  #late = 0;
  #failed = 0;
  #skipped = 0;
  #slowestMs = 0;
  #isClosed = false;

  constructor(options: ShadowOptions<Of>) {
    this.#options = options;
  }

  /** The app has answered a read of this record. */
  observe(of: Of): void {
    const { rate, random, mostAtOnce = 2, calibrateEvery = 10 } = this.#options;
    if (this.#isClosed || random() >= rate) return;
    if (this.#underWay.size >= mostAtOnce) {
      this.#note('skipped', of);
      return;
    }
    this.#sampled += 1;
    const isCalibration = this.#sampled % calibrateEvery === 0;
    const work = this.#inBudget(of, (isOver) =>
      isCalibration ? this.#calibrate(of, isOver) : this.#compare(of, isOver),
    );
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  counts(): ShadowCounts {
    return {
      classes: { ...this.#classes },
      calibration: { ...this.#calibration },
      ...{ late: this.#late, failed: this.#failed, skipped: this.#skipped },
      slowestMs: this.#slowestMs,
    };
  }

  /** Takes no more and waits for what is under way, at most one budget. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#underWay);
  }

  /** Never rejects. What goes on after the budget changes no count. */
  async #inBudget(of: Of, work: (isOver: () => boolean) => Promise<void>): Promise<void> {
    const { timing, budgetMs = 2_000 } = this.#options;
    const begun = timing.now();
    const state = { isOver: false };
    const late = timing.sleep(budgetMs).then(() => 'late' as const);
    const done = work(() => state.isOver).then(
      () => 'done' as const,
      (error: unknown) =>
        error instanceof ShadowSkip ? ('skipped' as const) : ('failed' as const),
    );
    const outcome = await Promise.race([done, late]);
    state.isOver = true;
    if (outcome !== 'done') this.#note(outcome, of);
    else this.#slowestMs = Math.max(this.#slowestMs, timing.now() - begun);
  }

  async #compare(of: Of, isOver: () => boolean): Promise<void> {
    const { compare, timing, onFinding } = this.#options;
    for (let look = 1; ; look += 1) {
      const report = await compare(of);
      if (isOver()) return;
      const isExplained = report.class === 'same' || report.class === 'lag';
      if (isExplained || look === LOOKS) {
        this.#classes[report.class] += 1;
        this.#options.onOutcome?.(report.class, of);
        if (!isExplained) onFinding(report, of);
        return;
      }
      await timing.sleep(BETWEEN_MS);
    }
  }

  async #calibrate(of: Of, isOver: () => boolean): Promise<void> {
    const found = await this.#options.calibrate(of);
    if (isOver()) return;
    this.#calibration.compared += 1;
    if (found === 'same') return;
    this.#calibration.differing += 1;
    this.#options.onOutcome?.('noise', of);
  }

  #note(outcome: 'late' | 'failed' | 'skipped', of: Of): void {
    if (outcome === 'late') this.#late += 1;
    else if (outcome === 'failed') this.#failed += 1;
    else this.#skipped += 1;
    this.#options.onOutcome?.(outcome, of);
  }
}
