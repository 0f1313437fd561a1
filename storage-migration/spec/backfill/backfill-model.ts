import type { Emit, Model } from '../check/model.ts';

/** What copying one bucket insists on. */
export interface BackfillRules {
  /** The cursor moves in the transaction that brings the records. */
  readonly cursorWithData: boolean;
  /** A commit names the `seq` that was read. */
  readonly commitNamesSeq: boolean;
  /** A push stores nothing beyond the cursor: backfill inserts there without looking. */
  readonly pushBehindCursor: boolean;
  /** What is beyond the cursor stays dirty; it is not acknowledged either. */
  readonly beyondStaysDirty: boolean;
  /** The head is read before the rows. */
  readonly headBeforeRows: boolean;
  /** The digest changes in the transaction that brings the records. */
  readonly digestWithData: boolean;
  /** The cursor moves no further than to the last record that travels. */
  readonly cursorStopsAtLast: boolean;
}

export const BACKFILL_RULES: BackfillRules = {
  cursorWithData: true,
  commitNamesSeq: true,
  pushBehindCursor: true,
  beyondStaysDirty: true,
  headBeforeRows: true,
  digestWithData: true,
  cursorStopsAtLast: true,
};

/** Records of the bucket, in key order. */
const KEYS = [1, 2] as const;
const END = 3;

/** A record on one side: version 0 is "never seen". */
interface Item {
  readonly n: number;
  readonly deleted: boolean;
}

interface Commit {
  readonly seq: number;
  readonly cursor: number;
  /** Key and version of each record that travels. */
  readonly items: readonly (Item & { readonly key: number })[];
  readonly isBlind: boolean;
}

interface State {
  readonly rows: readonly Item[];
  readonly dirty: readonly boolean[];
  readonly stored: readonly Item[];
  /** What the head's digest was made of, as key · 10 + version. */
  readonly digest: readonly number[];
  readonly seq: number;
  readonly cursor: number;
  /** What the backfiller has read: head, or head and rows; undefined when it begins. */
  readonly round: {
    readonly seq: number;
    readonly cursor: number;
    readonly rows?: readonly Item[];
  } | null;
  readonly sent: readonly Commit[];
  readonly acknowledged: readonly { readonly key: number; readonly n: number }[];
  readonly writes: number;
  readonly deletes: number;
}

/**
 * Copying one bucket of two records in key order while users write: blind inserts beyond the cursor, pushes behind it, lost
 * and late requests, any number of copying processes one after the other or at once (decision 0003; protocol §10.1).
 * Authority and epochs are not in it: the handover model has them.
 */
export function backfillModel(rules: BackfillRules = BACKFILL_RULES): Model<State> {
  return {
    name: 'backfill',
    initial: {
      ...{ rows: [OLD, OLD], dirty: [false, false], stored: [NEVER, NEVER] },
      digest: [],
      ...{ seq: 0, cursor: 0, round: null, sent: [], acknowledged: [], writes: 1, deletes: 1 },
    },
    steps(state, emit) {
      for (const key of KEYS) {
        write(state, key, emit);
        push(rules, state, key, emit);
      }
      backfill(rules, state, emit);
      for (const commit of state.sent) arrive(rules, state, commit, emit);
      for (const { key, n } of state.acknowledged) {
        if (state.dirty[key - 1] !== true || state.rows[key - 1]?.n !== n) continue;
        emit(`acknowledge(${key})`, { ...state, dirty: put(state.dirty, key, false) });
      }
    },
    violation,
    // A commit for a seq that has passed can never be applied any more: it need not be told apart.
    encode: (state) =>
      JSON.stringify({
        ...state,
        sent: state.sent.filter((one) => !rules.commitNamesSeq || one.seq >= state.seq),
      }),
    goals: { copied: (state) => isCopied(state) },
    hasRoom: (state) => state.seq < 4,
  };
}

const NEVER: Item = { n: 0, deleted: false };
/** A row from before the copy: it was never dirty. */
const OLD: Item = { n: 1, deleted: false };

function isCopied(state: State): boolean {
  return state.cursor === END && state.dirty.every((one) => !one);
}

/** Where a cut-over would be allowed, both sides are equal. */
function violation(state: State): string | undefined {
  if (!isCopied(state)) return undefined;
  for (const key of KEYS) {
    const row = state.rows[key - 1] ?? NEVER;
    const stored = state.stored[key - 1] ?? NEVER;
    if (row.deleted && stored.n > 0 && !stored.deleted) return 'resurrected';
    if (row.n > 0 && !row.deleted && row.n !== stored.n) return 'lost';
  }
  const content = KEYS.map((key) => nameOf(key, state.stored[key - 1] ?? NEVER));
  return String(state.digest) === String(content) ? undefined : 'the digest is wrong';
}

function nameOf(key: number, item: Item): number {
  return key * 10 + item.n;
}

/** XOR: a name that is in goes out, one that is not comes in. */
function toggled(digest: readonly number[], name: number): readonly number[] {
  if (digest.includes(name)) return digest.filter((one) => one !== name);
  return [...digest, name].sort((a, b) => a - b);
}

function put<T>(list: readonly T[], key: number, item: T): readonly T[] {
  return list.map((old, index) => (index === key - 1 ? item : old));
}

function write(state: State, key: number, emit: Emit<State>): void {
  const row = state.rows[key - 1] ?? NEVER;
  const dirty = put(state.dirty, key, true);
  if (state.writes > 0) {
    const rows = put(state.rows, key, { n: row.n + 1, deleted: false });
    emit(`write(${key})`, { ...state, rows, dirty, writes: state.writes - 1 });
  }
  if (state.deletes > 0 && row.n > 0 && !row.deleted) {
    const rows = put(state.rows, key, { n: row.n + 1, deleted: true });
    emit(`delete(${key})`, { ...state, rows, dirty, deletes: state.deletes - 1 });
  }
}

/** A live push reads head, cursor and record at once; the condition on `seq` makes that one step (see the round model). */
function push(rules: BackfillRules, state: State, key: number, emit: Emit<State>): void {
  const row = state.rows[key - 1] ?? NEVER;
  if (state.dirty[key - 1] !== true) return;
  if (rules.pushBehindCursor && key > state.cursor) {
    if (!rules.beyondStaysDirty) emit(`push(${key})`, acknowledged(state, [{ key, ...row }]));
    return;
  }
  const { seq, cursor } = state;
  emit(`push(${key})`, sent(state, { seq, cursor, items: [{ key, ...row }], isBlind: false }));
}

function backfill(rules: BackfillRules, state: State, emit: Emit<State>): void {
  const { round, seq, cursor, rows } = state;
  if (round === null) {
    if (cursor === END) return;
    if (rules.headBeforeRows) emit('readHead', { ...state, round: { seq, cursor } });
    else emit('readRows', { ...state, round: { seq: -1, cursor, rows } });
    return;
  }
  if (round.rows === undefined) {
    emit('readRows', { ...state, round: { ...round, rows } });
    return;
  }
  if (round.seq < 0) {
    emit('readHead', { ...state, round: { ...round, seq } });
    return;
  }
  const read = round.rows;
  // One record a transaction: the smallest packing there is.
  const key = KEYS.find((one) => one > round.cursor && (read[one - 1] ?? NEVER).n > 0);
  const items = key === undefined ? [] : [{ key, ...(read[key - 1] ?? NEVER) }];
  const last = key === undefined || key === KEYS.at(-1) ? END : key;
  const to = rules.cursorStopsAtLast ? last : END;
  const next = { ...state, round: null };
  if (rules.cursorWithData) {
    emit('commit', sent(next, { seq: round.seq, cursor: to, items, isBlind: true }));
    return;
  }
  const moved = { ...next, seq: next.seq + 1, cursor: Math.max(next.cursor, to) };
  emit('commit', sent(moved, { seq: moved.seq, cursor: moved.cursor, items, isBlind: true }));
}

function sent(state: State, commit: Commit): State {
  const text = JSON.stringify(commit);
  if (state.sent.some((one) => JSON.stringify(one) === text)) return state;
  const all = [...state.sent, commit].sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
  return { ...state, sent: all };
}

function acknowledged(state: State, items: Commit['items']): State {
  const list = state.acknowledged.slice();
  for (const { key, n } of items) {
    if (!list.some((one) => one.key === key && one.n === n)) list.push({ key, n });
  }
  list.sort((a, b) => a.key - b.key || a.n - b.n);
  return { ...state, acknowledged: list };
}

function arrive(rules: BackfillRules, state: State, commit: Commit, emit: Emit<State>): void {
  if (rules.commitNamesSeq && commit.seq !== state.seq) return;
  if (state.seq >= 6) return;
  let { stored, digest } = state;
  for (const { key, n, deleted } of commit.items) {
    const old = stored[key - 1] ?? NEVER;
    if (!commit.isBlind && n <= old.n) continue;
    stored = put(stored, key, { n, deleted });
    // A blind insert does not know what it replaces.
    if (!commit.isBlind && old.n > 0) digest = toggled(digest, nameOf(key, old));
    digest = toggled(digest, nameOf(key, { n, deleted }));
  }
  const cursor = Math.max(state.cursor, commit.cursor);
  const next = acknowledged({ ...state, stored, digest, cursor, seq: state.seq + 1 }, commit.items);
  const name = `apply(${commit.items.map((item) => item.key).join(',')})`;
  emit(name, next);
  if (!rules.digestWithData) emit(`${name} and crash`, { ...next, digest: state.digest });
}
