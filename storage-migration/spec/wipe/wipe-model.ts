import { at } from '../check/at.ts';
import type { Emit, Model } from '../check/model.ts';

/**
 * What emptying a target and starting it again insists on (hole H9). A head that refuses sends meanwhile is not needed: the
 * new epoch is known to no sender before it is adopted.
 */
export interface WipeRules {
  /** Deletes happen under the head's condition: a late one fails. */
  readonly deletesNameSeq: boolean;
  /** The head is released only when nothing is left under it. */
  readonly releaseWhenEmpty: boolean;
  /** The gate adopts the new epoch only when every head is released. */
  readonly adoptWhenReleased: boolean;
  /** With the new epoch everything is to be sent again. */
  readonly adoptMarksAll: boolean;
}

export const WIPE_RULES: WipeRules = {
  deletesNameSeq: true,
  releaseWhenEmpty: true,
  adoptWhenReleased: true,
  adoptMarksAll: true,
};

interface Bucket {
  readonly epoch: number;
  readonly seq: number;
  /** True from the raise to the release. */
  readonly emptying: boolean;
  /** Version stored; 0: nothing. */
  readonly stored: number;
  /** What the head's count says. */
  readonly counted: number;
  readonly dirty: boolean;
}

type Message =
  | { readonly kind: 'send'; readonly b: number; readonly epoch: number; readonly n: number }
  | { readonly kind: 'delete'; readonly b: number; readonly seq: number };

interface State {
  readonly epoch: number;
  /** The record of each bucket in Postgres: its version. */
  readonly rows: readonly number[];
  readonly buckets: readonly Bucket[];
  readonly sent: readonly Message[];
  readonly writes: number;
  readonly started: boolean;
}

const OLD = 1;
const NEW = 2;

/**
 * Two buckets with a record each are emptied for a new start while users write and old requests are still under way; the
 * process that empties may die anywhere and another one goes on.
 */
export function wipeModel(rules: WipeRules = WIPE_RULES): Model<State> {
  const bucket: Bucket = {
    ...{ epoch: OLD, seq: 1, emptying: false, stored: 1, counted: 1, dirty: false },
  };
  return {
    name: 'wipe',
    initial: {
      ...{ epoch: OLD, rows: [1, 1], buckets: [bucket, bucket], sent: [], writes: 2 },
      started: false,
    },
    steps(state, emit) {
      state.buckets.forEach((_, b) => {
        use(state, b, emit);
        empty(rules, state, b, emit);
      });
      if (!state.started) emit('wipe', { ...state, started: true });
      adopt(rules, state, emit);
      for (const message of state.sent) arrive(rules, state, message, emit);
    },
    violation,
    encode: (state) => JSON.stringify(state),
    goals: { refilled: isRefilled },
    hasRoom: (state) => state.started && state.buckets.every((one) => one.seq < 5),
  };
}

function isRefilled(state: State): boolean {
  return state.epoch === NEW && state.buckets.every((one) => !one.dirty);
}

function violation(state: State): string | undefined {
  for (const [b, bucket] of state.buckets.entries()) {
    const isStored = bucket.stored > 0 ? 1 : 0;
    if (state.epoch === NEW && !bucket.emptying && bucket.counted !== isStored) {
      return 'content and head differ';
    }
    if (isRefilled(state) && bucket.stored !== state.rows[b]) return 'lost';
  }
  return undefined;
}

function withBucket(state: State, b: number, change: Partial<Bucket>): State {
  const buckets = state.buckets.map((one, index) => (index === b ? { ...one, ...change } : one));
  return { ...state, buckets };
}

function withMessage(state: State, message: Message): State {
  const text = JSON.stringify(message);
  if (state.sent.some((one) => JSON.stringify(one) === text)) return state;
  const sent = [...state.sent, message].sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
  return { ...state, sent };
}

/** A user writes; a sender takes a snapshot of what is dirty. */
function use(state: State, b: number, emit: Emit<State>): void {
  const n = state.rows[b] ?? 0;
  if (state.writes > 0) {
    const rows = state.rows.map((one, index) => (index === b ? one + 1 : one));
    emit(`write(${b})`, {
      ...withBucket(state, b, { dirty: true }),
      rows,
      writes: state.writes - 1,
    });
  }
  if (state.buckets[b]?.dirty !== true) return;
  const next = withMessage(state, { kind: 'send', b, epoch: state.epoch, n });
  if (next !== state) emit(`snapshot(${b})`, next);
}

function empty(rules: WipeRules, state: State, b: number, emit: Emit<State>): void {
  const { epoch, seq, emptying, stored } = at(state.buckets, b);
  if (!state.started) return;
  if (epoch === OLD) {
    // The digest starts from nothing here, and counts nothing until sends are taken again.
    const raised = withBucket(state, b, { epoch: NEW, emptying: true, counted: 0, seq: seq + 1 });
    emit(`raise(${b})`, raised);
  }
  if (stored > 0 && emptying) {
    const next = withMessage(state, { kind: 'delete', b, seq });
    if (next !== state) emit(`delete(${b})`, next);
  }
  if (emptying && (stored === 0 || !rules.releaseWhenEmpty)) {
    emit(`release(${b})`, withBucket(state, b, { emptying: false, seq: seq + 1 }));
  }
}

function adopt(rules: WipeRules, state: State, emit: Emit<State>): void {
  const isReady = state.buckets.every(
    (one) => one.epoch === NEW && (!one.emptying || !rules.adoptWhenReleased),
  );
  if (state.epoch === NEW || !isReady) return;
  const buckets = state.buckets.map((one) => ({ ...one, dirty: rules.adoptMarksAll || one.dirty }));
  emit('adopt', { ...state, epoch: NEW, buckets });
}

function arrive(rules: WipeRules, state: State, message: Message, emit: Emit<State>): void {
  const { b } = message;
  const bucket = at(state.buckets, b);
  if (bucket.seq >= 8) return;
  if (message.kind === 'delete') {
    if (bucket.stored === 0 || (rules.deletesNameSeq && bucket.seq !== message.seq)) return;
    emit(`gone(${b})`, withBucket(state, b, { stored: 0, seq: bucket.seq + 1 }));
    return;
  }
  if (message.epoch !== bucket.epoch) return;
  const isNewer = message.n > bucket.stored;
  const next = isNewer
    ? withBucket(state, b, { stored: message.n, counted: 1, seq: bucket.seq + 1 })
    : state;
  const isDone = state.rows[b] === message.n && message.epoch === state.epoch;
  if (isNewer || isDone) emit(`apply(${b})`, isDone ? withBucket(next, b, { dirty: false }) : next);
}
