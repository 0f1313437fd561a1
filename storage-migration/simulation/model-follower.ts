import { handoverModel } from '../spec/handover/handover-model.ts';
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
  #isBeyond = false;

  /** For a plan that has one record a bucket, and two buckets at most. */
  constructor(plan: Plan) {
    const bounds: Bounds = {
      buckets: plan.buckets === 1 ? 1 : 2,
      ...{ postgresWrites: 99, forgeWrites: 99, deletes: 99, epochs: HIGHEST + 1 },
      ...{ separateLooks: true, delayedMoves: true, sealing: true },
    };
    this.#model = handoverModel('trace', bounds);
    this.#state = withExisting(initialState(bounds), plan.existing);
  }

  observe(observed: Observed, world: World): void {
    if (this.stray !== undefined || this.#isBeyond || observed.step === 'snapshot') return;
    const bucket = observed.bucket ?? 0;
    const target = registerOf(world, bucket);
    this.#isBeyond =
      Object.values(target).some((value) => value >= HIGHEST) || this.#state.writes >= HIGHEST;
    if (this.#isBeyond) return;
    this.#saturate();
    // Parts have a model of their own; here they only move the head.
    if (observed.step === 'sweepParts') this.#state = withSeq(this.#state, bucket);
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
    this.followed += 1;
  }

  /** Flips were taken as sent as early as they could be. Here it counts that they were not. */
  #forgetFlipsNotSent({ flipsSent }: World): void {
    const { epoch } = this.#state;
    if (flipsSent.has(epoch)) return;
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

function withSeq(state: State, bucket: number): State {
  const cells = state.cells.map((cell, b) =>
    b === bucket ? { ...cell, hSeq: cell.hSeq + 1 } : cell,
  );
  return { ...state, cells };
}

function actionOf({ step, bucket = 0 }: Observed): string {
  if (step === 'close' || step === 'reopen') return step;
  if (step === 'open') return 'open.arrives(0)';
  const arrives = step === 'acknowledge' || step === 'reverse' || step === 'forget';
  return arrives ? `${step}.arrives(${bucket})` : `${step}(${bucket})`;
}

function registerOf({ database, mirror, keys }: World, bucket: number): Register {
  const key = keys[bucket] ?? '';
  const row = database.rows.get(key);
  const head = mirror.heads.get(bucket);
  const stored = mirror.versions.get(key);
  return {
    ...{ open: database.gate.isOpen ? 1 : 0, epoch: database.gate.epoch },
    ...{ pE: row?.version.e ?? 0, pN: row?.version.n ?? 0 },
    pDeleted: row !== undefined && row.value === undefined ? 1 : 0,
    pDirty: database.dirty.has(key) ? 1 : 0,
    racked: database.racked(bucket).seq,
    ...{ hEpoch: head?.epoch ?? 0, hAuth: AUTHORITIES[head?.auth ?? 'P'], hSeq: head?.seq ?? 0 },
    ...{ hFrom: head?.f0 ?? 0, hFilled: head?.bf === '.' ? 1 : 0 },
    ...{ fE: stored?.e ?? 0, fN: stored?.n ?? 0, fDeleted: mirror.deleted.has(key) ? 1 : 0 },
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
