import { highestEpoch } from '../spec/handover/context.ts';
import { handoverModel } from '../spec/handover/handover-model.ts';
import { isSealing } from '../spec/handover/invariants.ts';
import { unpack } from '../spec/handover/message.ts';
import { D, F, initialState, P, S, type Bounds, type State } from '../spec/handover/state.ts';
import type { Authority } from '../terms.ts';
import type { Plan } from './plan.ts';
import type { Observed, World } from './world.ts';

/** The model packs its numbers into four bits. */
const HIGHEST = 14;
const AUTHORITIES: Readonly<Record<Authority, number>> = { P, F, D, S };

/** What the model and a run both know of a bucket with one record. */
type Register = Readonly<Record<string, number>>;

/**
 * Follows a run of the real layer through the model of the hand-over (trace validation): every step that had an effect must
 * be a step of the model that leads to the same registers. Steps without an effect of their own (a snapshot, a move that is
 * only sent) are taken as early as the model allows them, which it always does for messages: what was sent may arrive at
 * any time or never.
 */
export class ModelFollower {
  /** Steps of the run that were found in the model. */
  followed = 0;
  /** What the model does not do; undefined so far. */
  stray: string | undefined;
  readonly #model;
  #state: State;
  readonly #epochs = new Epochs();
  #isBeyond = false;

  /** For a plan that has one record a bucket, and two buckets at most. */
  constructor(plan: Plan) {
    const bounds: Bounds = {
      buckets: plan.buckets === 1 ? 1 : 2,
      ...{ postgresWrites: 99, forgeWrites: 99, deletes: 99, epochs: HIGHEST + 1 },
      ...{ separateLooks: true, delayedMoves: true, sealing: true },
      ...{ erasures: 99, wipes: 99, reinstalls: true },
    };
    this.#model = handoverModel('trace', bounds);
    this.#state = withExisting(initialState(bounds), plan.existing);
  }

  observe(observed: Observed, world: World): void {
    if (this.stray !== undefined || this.#isBeyond || observed.step === 'snapshot') return;
    const bucket = observed.bucket ?? 0;
    if (observed.step === 'terminate') this.#epochs.leap(world.database.gate.epoch, this.#state);
    const target = registerOf(world, bucket, (epoch) => this.#epochs.inModel(epoch));
    this.#isBeyond =
      Object.values(target).some((value) => value >= HIGHEST) ||
      this.#state.writes >= HIGHEST ||
      // The model's incarnations end there, and its erasures ask Postgres as well.
      this.#state.inc + (observed.step === 'terminate' ? 1 : 0) > 3 ||
      (isErasure(observed) && isSealing(this.#state));
    if (this.#isBeyond) return;
    this.#saturate();
    // Parts have a model of their own; here they only move the head.
    const hasTarget = world.database.stage !== 'off';
    if (observed.step === 'upkeep' && hasTarget) this.#state = withSeq(this.#state, bucket);
    // Deleted twice for one erasure: the first delete is the one that is waited for.
    const waited = isErasure(observed) ? this.#state.cells[bucket] : undefined;
    if (waited !== undefined) this.#state = withErasing(this.#state, bucket, 0);
    if (observed.step === 'reportErased') {
      this.#reported(bucket, world);
      return;
    }
    if (isSame(modelRegister(this.#state, bucket), target)) return;
    if (observed.step === 'reopen') this.#forgetFlipsNotSent(world);
    const action = actionOf(observed);
    let next: State | undefined;
    this.#model.steps(this.#state, (name, after) => {
      if (name === action && isSame(modelRegister(after, bucket), target)) next ??= after;
    });
    if (next === undefined) {
      const from = JSON.stringify(modelRegister(this.#state, bucket));
      this.stray = `${action}: from ${from} to ${JSON.stringify(target)}`;
      return;
    }
    const broken = this.#model.violation(next);
    if (broken !== undefined) this.stray = `${action} leads to: ${broken}`;
    this.#state = next;
    if (waited?.erasing === 1) this.#state = withErasing(next, bucket, 1, waited.erasedAt);
    this.followed += 1;
    // The storage that comes next never held what was erased.
    if (action === 'terminate') {
      const cells = next.cells.map((cell) => ({ ...cell, erasing: 0 }));
      this.#state = { ...next, cells };
    }
  }

  /** No register shows it. Of a tenant without a target nothing more is asked. */
  #reported(bucket: number, { database }: World): void {
    // Asked for twice: what was reported first was the same delete, or an older one.
    if (this.#state.cells[bucket]?.erasing !== 1) return;
    const name = `reportErased(${bucket})`;
    let next = database.stage === 'off' ? withErasing(this.#state, bucket, 0) : undefined;
    this.#model.steps(this.#state, (action, after) => {
      if (action === name) next ??= after;
    });
    if (next === undefined) {
      this.stray = `${name}: ${JSON.stringify(this.#state.cells[bucket])}`;
      return;
    }
    this.#state = next;
    this.followed += 1;
  }

  /** Flips were taken as sent as early as they could be. Here it counts that they were not. */
  #forgetFlipsNotSent({ flipsSent }: World): void {
    const { epoch } = this.#state;
    if ([...flipsSent].some((sent) => this.#epochs.inModel(sent) === epoch)) return;
    const isFlip = (message: number): boolean => {
      const { kind, at } = unpack(message);
      return kind === 'flip' && at === epoch;
    };
    const messages = this.#state.messages.filter((message) => !isFlip(message));
    this.#state = { ...this.#state, messages };
  }

  /** Takes every step that changes no register: they only add messages. */
  #saturate(): void {
    for (let size = -1; size !== this.#state.messages.length;) {
      size = this.#state.messages.length;
      const state = this.#state;
      const before = allRegisters(state);
      const messages = new Set(state.messages);
      this.#model.steps(state, (_name, after) => {
        if (after.alarm === state.alarm && allRegisters(after) === before) {
          for (const message of after.messages) messages.add(message);
        }
      });
      this.#state = { ...state, messages: [...messages].sort((a, b) => a - b) };
    }
  }
}

/** Records that were there before the enrolment: written once, not yet copied. */
function withExisting(state: State, existing: readonly number[]): State {
  const cells = state.cells.map((cell, b) =>
    existing.includes(b)
      ? { ...cell, ...{ pValue: b + 1, pE: 1, pN: 1, hFilled: 0, truth: b + 1 } }
      : cell,
  );
  return { ...state, cells, writes: state.cells.length };
}

/** Keeps house: with Forge that has a log entry, as everything there. */
function withSeq(state: State, bucket: number): State {
  const cells = state.cells.map((cell, b) => {
    if (b !== bucket) return cell;
    const log = cell.hAuth === F ? cell.log | (1 << cell.hSeq) : cell.log;
    return { ...cell, hSeq: cell.hSeq + 1, log };
  });
  return { ...state, cells };
}

function withErasing(state: State, bucket: number, erasing: number, erasedAt?: number): State {
  const cells = state.cells.map((cell, b) =>
    b === bucket ? { ...cell, erasing, erasedAt: erasedAt ?? cell.erasedAt } : cell,
  );
  return { ...state, cells };
}

const isErasure = ({ step }: Observed): boolean => step === 'erase' || step === 'forgeErase';

/** The code leaps by a thousand epochs where the model goes up by one. */
class Epochs {
  readonly #leaps: { readonly from: number; readonly to: number }[] = [{ from: 0, to: 0 }];

  leap(from: number, before: State): void {
    this.#leaps.push({ from, to: highestEpoch(before) + 1 });
  }

  inModel(epoch: number): number {
    const last = this.#leaps.findLast(({ from }) => epoch >= from) ?? { from: 0, to: 0 };
    return last.to + epoch - last.from;
  }
}

function actionOf({ step, bucket = 0 }: Observed): string {
  if (step === 'close' || step === 'reopen' || step === 'terminate') return step;
  if (step === 'open') return 'open.arrives(0)';
  const arrives = step === 'acknowledge' || step === 'reverse' || step === 'forget';
  return arrives ? `${step}.arrives(${bucket})` : `${step}(${bucket})`;
}

function registerOf(
  { database, mirror, keys }: World,
  bucket: number,
  inModel: (epoch: number) => number,
): Register {
  const key = keys[bucket] ?? '';
  const row = database.rows.get(key);
  const gate = inModel(database.gate.epoch);
  const postgres = {
    ...{ open: database.gate.isOpen ? 1 : 0, epoch: gate },
    ...{ pE: inModel(row?.version.e ?? 0), pN: row?.version.n ?? 0 },
    pDeleted: row !== undefined && row.value === undefined ? 1 : 0,
    pDirty: database.dirty.has(key) ? 1 : 0,
  };
  const head = database.stage === 'off' ? undefined : mirror.heads.get(bucket);
  if (head === undefined) {
    // The model has the new storage from the moment at which the old one ends.
    const isFilled = database.condition !== 'terminated' && mirror.heads.get(bucket)?.bf === '.';
    return {
      ...{ ...postgres, racked: 0, hEpoch: gate, hAuth: P, hSeq: 0, hFrom: 0 },
      ...{ hFilled: isFilled ? 1 : 0, fE: 0, fN: 0, fDeleted: 0 },
    };
  }
  const stored = mirror.versions.get(key);
  return {
    ...{ ...postgres, racked: database.racked(bucket).seq },
    ...{ hEpoch: inModel(head.epoch), hAuth: AUTHORITIES[head.auth], hSeq: head.seq },
    ...{ hFrom: head.f0, hFilled: head.bf === '.' ? 1 : 0 },
    ...{ fE: inModel(stored?.e ?? 0), fN: stored?.n ?? 0 },
    fDeleted: mirror.deleted.has(key) ? 1 : 0,
  };
}

function modelRegister({ open, epoch, cells }: State, bucket: number): Register {
  const cell = cells[bucket];
  if (cell === undefined) throw new RangeError(`the model has no bucket ${bucket}`);
  const { pE, pN, pDeleted, pDirty, racked, hEpoch, hAuth, hSeq, hFrom, hFilled } = cell;
  const { fE, fN, fDeleted } = cell;
  return {
    ...{ open, epoch, pE, pN, pDeleted, pDirty, racked, hEpoch, hAuth, hSeq, hFrom, hFilled },
    ...{ fE, fN, fDeleted },
  };
}

function allRegisters(state: State): string {
  return JSON.stringify(state.cells.map((_, bucket) => modelRegister(state, bucket)));
}

function isSame(a: Register, b: Register): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}
