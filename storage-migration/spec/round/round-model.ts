import { at } from '../check/at.ts';
import type { Emit, Model } from '../check/model.ts';

/** What one round of a writer on Forge insists on. */
export interface RoundRules {
  /** The head is read by a call that has ended before the record is read. */
  readonly headFirst: boolean;
  /** A commit names the `seq` that was read. */
  readonly commitNamesSeq: boolean;
  /** A new attempt reads the head and the record again. */
  readonly retryReadsAgain: boolean;
  /** After an unknown outcome the writer looks for its own mutation in the log. */
  readonly retryLooksForOwn: boolean;
  /** It looks in every round behind the head it has just read; before that round an earlier attempt may still be applied. */
  readonly looksBehindNewHead: boolean;
  /** Only a success counts as done. */
  readonly doneOnSuccess: boolean;
  /** The log entry carries the mutation of the write. */
  readonly entryNamesMutation: boolean;
}

export const ROUND_RULES: RoundRules = {
  headFirst: true,
  commitNamesSeq: true,
  retryReadsAgain: true,
  retryLooksForOwn: true,
  looksBehindNewHead: true,
  doneOnSuccess: true,
  entryNamesMutation: true,
};

/** Phases of a writer. */
const IDLE = 0;
const SENT = 1;
const DONE = 2;

interface Writer {
  phase: number;
  /** `seq` read, or −1. */
  seq: number;
  /** Record read as the set of mutations in it, or −1. */
  record: number;
  attempts: number;
  /** `seq` of its first attempt: its mutation can stand only behind it. */
  since: number;
}

interface Transaction {
  readonly writer: number;
  readonly seq: number;
  readonly record: number;
}

interface State {
  readonly seq: number;
  /** The record: a bit for each mutation that it contains. */
  readonly record: number;
  /** Log: the writer of each seq plus one; 0 when the entry does not say. */
  readonly log: readonly number[];
  readonly writers: readonly Writer[];
  /** Everything sent; a time-out may apply later, any number of tries later. */
  readonly sent: readonly Transaction[];
  /** How often each writer's mutation was applied. */
  readonly applied: readonly number[];
}

const ATTEMPTS = 3;

/**
 * One bucket, two writers that each want to make one change to the same record: read the head, read the record, commit on
 * condition of the head; an answer may be lost and a lost request may apply later (protocol §8.1, §8.3; holes H1, H10).
 */
export function roundModel(rules: RoundRules = ROUND_RULES): Model<State> {
  const writer: Writer = { phase: IDLE, seq: -1, record: -1, attempts: 0, since: 0 };
  return {
    name: 'round',
    initial: {
      ...{ seq: 0, record: 0, log: [], writers: [writer, writer], sent: [], applied: [0, 0] },
    },
    steps(state, emit) {
      state.writers.forEach((_, w) => {
        read(rules, state, w, emit);
        commit(state, w, emit);
        giveUpWaiting(rules, state, w, emit);
      });
      state.sent.forEach((transaction) => {
        arrive(rules, state, transaction, emit);
      });
    },
    violation,
    encode: (state) => JSON.stringify(state),
    goals: { done: (state) => state.writers.every((one) => one.phase === DONE) },
    hasRoom: (state) => state.writers.every((one) => one.attempts + 1 < ATTEMPTS),
  };
}

function violation(state: State): string | undefined {
  for (const [w, writer] of state.writers.entries()) {
    if ((state.applied[w] ?? 0) > 1) return 'one change applied twice';
    if ((state.applied[w] ?? 0) > 0 && (state.record & (1 << w)) === 0) return 'a change is lost';
    if (writer.phase === DONE && (state.record & (1 << w)) === 0) return 'a change is lost';
  }
  return undefined;
}

function withWriter(state: State, w: number, change: Partial<Writer>): State {
  const writers = state.writers.map((one, index) => (index === w ? { ...one, ...change } : one));
  return { ...state, writers };
}

function read(rules: RoundRules, state: State, w: number, emit: Emit<State>): void {
  const writer = at(state.writers, w);
  if (writer.phase !== IDLE) return;
  if (writer.seq < 0) {
    const isOwn = rules.looksBehindNewHead && hasOwn(rules, state, w);
    if (isOwn) emit(`recognise(${w})`, withWriter(state, w, { phase: DONE }));
    else emit(`readHead(${w})`, withWriter(state, w, { seq: state.seq }));
  }
  if (writer.record < 0 && (writer.seq >= 0 || !rules.headFirst)) {
    emit(`readRecord(${w})`, withWriter(state, w, { record: state.record }));
  }
}

/** Whether an earlier attempt has succeeded: its log entry, read by key, names this writer's mutation. */
function hasOwn(rules: RoundRules, state: State, w: number): boolean {
  const { attempts, since } = at(state.writers, w);
  return rules.retryLooksForOwn && attempts > 0 && state.log.slice(since).includes(w + 1);
}

function commit(state: State, w: number, emit: Emit<State>): void {
  const { phase, seq, record, attempts, since } = at(state.writers, w);
  if (phase !== IDLE || seq < 0 || record < 0 || attempts === ATTEMPTS) return;
  const transaction: Transaction = { writer: w, seq, record: record | (1 << w) };
  const next = withWriter(state, w, {
    phase: SENT,
    attempts: attempts + 1,
    since: attempts === 0 ? seq : since,
  });
  emit(`commit(${w})`, { ...next, sent: withTransaction(state.sent, transaction) });
}

function withTransaction(
  sent: readonly Transaction[],
  transaction: Transaction,
): readonly Transaction[] {
  const all = new Map([...sent, transaction].map((one) => [JSON.stringify(one), one]));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function arrive(rules: RoundRules, state: State, sent: Transaction, emit: Emit<State>): void {
  const { writer: w, seq, record } = sent;
  const isWaiting = at(state.writers, w).phase === SENT;
  if (rules.commitNamesSeq && state.seq !== seq) {
    // Refused: the writer reads again. Whether it is told or not, its next attempt begins the same way.
    if (isWaiting && !rules.doneOnSuccess) {
      emit(`refused(${w})`, withWriter(state, w, { phase: DONE }));
    }
    return;
  }
  if (state.seq >= 4) return;
  const applied = state.applied.map((count, index) => (index === w ? count + 1 : count));
  const entry = rules.entryNamesMutation ? w + 1 : 0;
  const next = { ...state, seq: state.seq + 1, record, log: [...state.log, entry], applied };
  emit(`apply(${w})`, next);
  if (isWaiting) emit(`answer(${w})`, withWriter(next, w, { phase: DONE }));
}

/** No answer came, or a refusal: the writer starts over. The round that follows tells whether this attempt has succeeded. */
function giveUpWaiting(rules: RoundRules, state: State, w: number, emit: Emit<State>): void {
  const { phase, attempts } = at(state.writers, w);
  if (phase !== SENT) return;
  if (!rules.looksBehindNewHead && hasOwn(rules, state, w)) {
    emit(`recognise(${w})`, withWriter(state, w, { phase: DONE }));
  } else if (attempts < ATTEMPTS) {
    const again = rules.retryReadsAgain ? { seq: -1, record: -1 } : { seq: state.seq };
    emit(`retry(${w})`, withWriter(state, w, { phase: IDLE, ...again }));
  }
}
