import { at } from '../check/at.ts';
import type { Emit, Model } from '../check/model.ts';

/** When a verification pass may let a cut-over through (protocol §11.6). */
export interface PassRules {
  /** Any repair voids the pass it happens in. */
  readonly repairVoids: boolean;
  /** A pass counts only for the `seq` of every head that it saw. */
  readonly boundToSeqs: boolean;
  /** A bucket that was found broken is not passed over. */
  readonly stopsAtBroken: boolean;
  /** A pass counts only for its incarnation and epoch. */
  readonly boundToEpoch: boolean;
  /** A repair gives the record a new version, so that it is sent: the apply rule refuses an equal one. */
  readonly repairBumps: boolean;
}

export const PASS_RULES: PassRules = {
  repairVoids: true,
  boundToSeqs: true,
  stopsAtBroken: true,
  boundToEpoch: true,
  repairBumps: true,
};

interface Bucket {
  readonly seq: number;
  /** Whether the stored content differs from the source. */
  readonly broken: boolean;
}

interface State {
  readonly epoch: number;
  readonly buckets: readonly Bucket[];
  /** `seq` at which the running pass found each bucket sound; −1: not yet. */
  readonly sound: readonly number[];
  readonly passEpoch: number;
  readonly repaired: boolean;
  readonly faults: number;
  readonly writes: number;
  readonly wentOver: boolean;
}

const MOST_SEQ = 4;

/**
 * Two buckets are verified one after the other while users write, records break (a mistake of the encoder), and
 * repairs run; at any moment somebody may ask for the cut-over.
 */
export function passModel(rules: PassRules = PASS_RULES): Model<State> {
  const bucket: Bucket = { seq: 0, broken: false };
  return {
    name: 'pass',
    initial: {
      ...{ epoch: 1, buckets: [bucket, bucket], sound: [-1, -1], passEpoch: 1, repaired: false },
      ...{ faults: 2, writes: 2, wentOver: false },
    },
    steps(state, emit) {
      if (state.wentOver) return;
      state.buckets.forEach((_, b) => {
        happen(state, b, emit);
        examine(rules, state, b, emit);
        repair(rules, state, b, emit);
      });
      if (state.epoch < 2) emit('restart', emptied(state));
      const fresh = { ...state, sound: [-1, -1], passEpoch: state.epoch, repaired: false };
      emit('beginPass', fresh);
      if (isClean(rules, state)) emit('cutOver', { ...state, wentOver: true });
    },
    violation: (state) =>
      state.wentOver && state.buckets.some((one) => one.broken)
        ? 'cut over with a difference'
        : undefined,
    encode: (state) => JSON.stringify(state),
    goals: { over: (state) => state.wentOver },
    hasRoom: (state) => state.buckets.every((one) => one.seq < MOST_SEQ - 2),
  };
}

/** A new filling of the target: nothing that was found before says anything about it. */
function emptied(state: State): State {
  const buckets = state.buckets.map(() => ({ seq: 0, broken: true }));
  return { ...state, epoch: state.epoch + 1, buckets };
}

function withBucket(state: State, b: number, change: Partial<Bucket>): State {
  const buckets = state.buckets.map((one, index) => (index === b ? { ...one, ...change } : one));
  return { ...state, buckets };
}

function happen(state: State, b: number, emit: Emit<State>): void {
  const { seq } = at(state.buckets, b);
  if (state.writes > 0 && seq < MOST_SEQ) {
    const next = { ...withBucket(state, b, { seq: seq + 1 }), writes: state.writes - 1 };
    emit(`write(${b})`, next);
    if (state.faults > 0) {
      const change = { seq: seq + 1, broken: true };
      const broken = { ...withBucket(state, b, change), writes: state.writes - 1 };
      emit(`encodeWrongly(${b})`, { ...broken, faults: state.faults - 1 });
    }
  }
}

function examine(rules: PassRules, state: State, b: number, emit: Emit<State>): void {
  const { seq, broken } = at(state.buckets, b);
  if (broken && rules.stopsAtBroken) return;
  const sound = state.sound.map((old, index) => (index === b ? seq : old));
  emit(`examine(${b})`, { ...state, sound });
}

function repair(rules: PassRules, state: State, b: number, emit: Emit<State>): void {
  const { seq, broken } = at(state.buckets, b);
  if (!broken || seq >= MOST_SEQ) return;
  // Without a new version the send is taken for a repetition: it is acknowledged and nothing changes.
  const change = rules.repairBumps ? { seq: seq + 1, broken: false } : {};
  const sound = state.sound.map((old, index) => (index === b ? seq + 1 : old));
  const next = { ...withBucket(state, b, change), repaired: true };
  // Whoever repairs calls the bucket sound: that is why the repair has to void the pass.
  emit(`repair(${b})`, { ...next, sound });
  // What broke the record the first time may break it again.
  if (state.faults === 0) return;
  const again = { ...withBucket(state, b, { ...change, broken: true }), faults: state.faults - 1 };
  emit(`repairWrongly(${b})`, { ...again, repaired: true, sound });
}

function isClean(rules: PassRules, state: State): boolean {
  return (
    (!rules.repairVoids || !state.repaired) &&
    (!rules.boundToEpoch || state.passEpoch === state.epoch) &&
    state.buckets.every(
      (one, b) => (state.sound[b] ?? -1) >= 0 && (!rules.boundToSeqs || state.sound[b] === one.seq),
    )
  );
}
