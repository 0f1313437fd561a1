import { at } from '../check/at.ts';
import type { Emit, Model } from '../check/model.ts';
import { readSteps } from './reader-steps.ts';
import {
  keyOf,
  messageOf,
  nameOf,
  NOBODY,
  pairAt,
  PARTS_RULES,
  withMessage,
  withPair,
  withWriter,
  type Message,
  type PartsRules,
  type PartsState,
  type Writer,
} from './parts-state.ts';

interface World {
  readonly auth: 'P' | 'F';
  readonly writers: number;
  /** Newest version that users make in Postgres. */
  readonly lastRow: number;
  /** Whether the target is emptied once. */
  readonly wipes: boolean;
  readonly reads: boolean;
}

/** Who writes the record, and who is at work beside them. Each rule is at stake in one of them at least. */
const WORLDS = {
  senders: { auth: 'P', writers: 2, lastRow: 3, wipes: false, reads: false },
  wipe: { auth: 'P', writers: 1, lastRow: 2, wipes: true, reads: true },
  writers: { auth: 'F', writers: 2, lastRow: 1, wipes: false, reads: false },
  reader: { auth: 'F', writers: 1, lastRow: 1, wipes: false, reads: true },
} as const satisfies Record<string, World>;
export type PartsWorld = keyof typeof WORLDS;
export const PARTS_WORLDS = Object.keys(WORLDS) as readonly PartsWorld[];

const LAST_SEQ = 3;
const ROUNDS = 2;

/**
 * One record whose value lies in two parts. Parts are created singly, the pointer follows under the head's compare-and-set, a
 * reader follows the pointer, a sweep takes parts that nothing points to; requests may be lost, be late and come twice.
 */
export function partsModel(name: PartsWorld, rules: PartsRules = PARTS_RULES): Model<PartsState> {
  const world: World = WORLDS[name];
  const isPostgres = world.auth === 'P';
  const first = { n: 1, by: 0 };
  const writer: Writer = {
    ...{ phase: 'idle', epoch: 0, content: NOBODY, stored: [false, false], seq: -1, rounds: 0 },
  };
  const content = nameOf(first);
  return {
    name: `parts, ${name}`,
    initial: {
      ...{ auth: world.auth, epoch: 1, seq: 0, pointer: first, row: 1 },
      parts: [[keyOf(rules, first), [content, content]]],
      writers: Array.from({ length: world.writers }, () => writer),
      reader: { phase: 'begin', name: '', next: 0, seq: -1 },
      ...{ sent: [], isWiped: false },
    },
    steps(state, emit) {
      if (isPostgres) postgresSteps(rules, world, state, emit);
      state.writers.forEach((_, w) => {
        if (isPostgres) bindToSnapshot(rules, state, w, emit);
        else bindToHead(rules, state, w, emit);
        storeParts(rules, state, w, emit);
        point(rules, state, w, emit);
      });
      sweep(rules, state, emit);
      for (const text of state.sent) arrive(rules, state, messageOf(text), emit);
      if (world.reads) readSteps(rules, state, emit);
    },
    violation: (state) => violation(rules, state),
    encode: (state) => JSON.stringify(state),
    goals: {
      written: isWritten,
      clean: (state) => isWritten(state) && state.parts.length === 1,
      read: (state) => !world.reads || state.reader.phase === 'whole',
    },
    hasRoom: (state) =>
      state.seq === 0 && state.writers.every(({ rounds }) => rounds === 0) && !state.isWiped,
  };
}

function isWritten({ auth, writers, pointer, row }: PartsState): boolean {
  return auth === 'P' ? pointer.n === row : writers.every(({ phase }) => phase === 'done');
}

function violation(rules: PartsRules, state: PartsState): string | undefined {
  const { pointer, reader } = state;
  if (reader.phase === 'broken') return 'a whole record is called broken';
  if (pointer.n === 0) return undefined;
  const name = nameOf(pointer);
  const isWhole = pairAt(state, keyOf(rules, pointer)).every((part) => part === name);
  return isWhole ? undefined : 'a pointer without its parts';
}

/** A user writes; the target is emptied once, under a new epoch, and filled again with the same versions. */
function postgresSteps(
  rules: PartsRules,
  world: World,
  state: PartsState,
  emit: Emit<PartsState>,
): void {
  const { row, isWiped, epoch, seq } = state;
  if (row < world.lastRow) emit('write', { ...state, row: row + 1 });
  if (world.wipes && !isWiped && seq < LAST_SEQ) {
    const empty = { pointer: NOBODY, parts: [], epoch: epoch + 1, isWiped: true };
    emit('wipe', atNextSeq(rules, { ...state, ...empty }));
  }
}

/** A sender takes the newest version, then reads the head: fenced off, already stored, or to be written. */
function bindToSnapshot(
  rules: PartsRules,
  state: PartsState,
  w: number,
  emit: Emit<PartsState>,
): void {
  const { phase, epoch, content, stored, seq, rounds } = at(state.writers, w);
  if (phase === 'idle' && rounds < ROUNDS && state.pointer.n < state.row) {
    const fresh = { n: state.row, by: 0 };
    const isSame =
      fresh.n === content.n && (epoch === state.epoch || !rules.senderForgetsWithEpoch);
    emit(
      `snapshot(${w})`,
      withWriter(state, w, {
        ...{ phase: 'bound', epoch: state.epoch, content: fresh, seq: -1, rounds: rounds + 1 },
        stored: isSame ? stored : [false, false],
      }),
    );
  }
  if (phase !== 'bound' || seq === state.seq) return;
  const isOver = epoch !== state.epoch || content.n <= state.pointer.n;
  emit(`readHead(${w})`, withWriter(state, w, isOver ? { phase: 'idle' } : { seq: state.seq }));
}

/** A writer on Forge reads head and record and makes the next version of what it finds. */
function bindToHead(rules: PartsRules, state: PartsState, w: number, emit: Emit<PartsState>): void {
  const { phase, content, stored, seq, rounds } = at(state.writers, w);
  if (phase === 'done' || rounds >= ROUNDS - w || (phase === 'bound' && seq === state.seq)) return;
  const fresh = { n: state.pointer.n + 1, by: w };
  const isKept = !rules.writerStoresEachRound && nameOf(fresh) === nameOf(content);
  emit(
    `readHead(${w})`,
    withWriter(state, w, {
      ...{ phase: 'bound', epoch: state.epoch, content: fresh, seq: state.seq, rounds: rounds + 1 },
      stored: isKept ? stored : [false, false],
    }),
  );
}

function storeParts(rules: PartsRules, state: PartsState, w: number, emit: Emit<PartsState>): void {
  const { phase, content, stored } = at(state.writers, w);
  if (phase !== 'bound') return;
  for (const index of [0, 1] as const) {
    if (stored[index]) continue;
    const key = keyOf(rules, content);
    const part: Message = { kind: 'part', key, index, name: nameOf(content) };
    const sent = withMessage(state, part);
    const seen: Partial<Writer> = { stored: index === 0 ? [true, stored[1]] : [stored[0], true] };
    emit(`storePart(${w})`, withWriter(withPart(sent, part), w, seen));
    if (!rules.partsAnswered) emit(`sendPart(${w})`, withWriter(sent, w, seen));
    // Of two writers, one has all its answers: the model stays small.
    else if (sent !== state && w === 0) emit(`sendPart(${w})`, sent);
  }
}

/** A part is created and never written over. */
function withPart(state: PartsState, part: Message & { readonly kind: 'part' }): PartsState {
  const [one, other] = pairAt(state, part.key);
  const pair =
    part.index === 0 ? ([one || part.name, other] as const) : ([one, other || part.name] as const);
  return withPair(state, part.key, pair);
}

function point(rules: PartsRules, state: PartsState, w: number, emit: Emit<PartsState>): void {
  const { phase, stored, seq, epoch, content } = at(state.writers, w);
  if (phase !== 'bound' || seq < 0 || (rules.partsFirst && stored.includes(false))) return;
  let next = withMessage(state, { kind: 'pointer', w, seq, epoch, content });
  if (!rules.oldGoWithPointer && state.pointer.n > 0) {
    next = withMessage(next, { kind: 'delete', key: keyOf(rules, state.pointer), seq: -1 });
  }
  if (next !== state) emit(`point(${w})`, next);
}

function sweep(rules: PartsRules, state: PartsState, emit: Emit<PartsState>): void {
  for (const [key] of state.parts) {
    const isNewer = Number(key.split('.')[0]) > state.pointer.n;
    if (state.pointer.n > 0 && key === keyOf(rules, state.pointer)) continue;
    if (state.auth === 'P' && rules.sweepBelowStored && isNewer) continue;
    const next = withMessage(state, { kind: 'delete', key, seq: state.seq });
    if (next !== state) emit('sweep', next);
  }
}

/** Requests that name an earlier head can do nothing any more, so the state needs not carry them. */
function atNextSeq(rules: PartsRules, state: PartsState): PartsState {
  const seq = state.seq + 1;
  const sent = state.sent.filter((text) => {
    const message = messageOf(text);
    if (message.kind === 'delete') return message.seq < 0 || !rules.sweepNamesSeq;
    return message.kind === 'part';
  });
  return { ...state, seq, sent };
}

function arrive(
  rules: PartsRules,
  state: PartsState,
  message: Message,
  emit: Emit<PartsState>,
): void {
  if (message.kind === 'part') {
    const next = withPart(state, message);
    if (pairAt(state, message.key)[message.index] === '') emit('part.arrives', next);
    return;
  }
  if (state.seq >= LAST_SEQ) return;
  if (message.kind === 'delete') {
    const isFree = message.seq < 0 || !rules.sweepNamesSeq;
    if (!isFree && message.seq !== state.seq) return;
    const next = withPair(state, message.key, ['', '']);
    if (next.parts.length === state.parts.length) return;
    emit('delete.arrives', message.seq < 0 ? next : atNextSeq(rules, next));
    return;
  }
  if (message.seq !== state.seq || message.epoch !== state.epoch) return;
  const { w, content } = message;
  const old = state.pointer;
  const moved = atNextSeq(rules, { ...state, pointer: content });
  const goes = rules.oldGoWithPointer && old.n > 0 && keyOf(rules, old) !== keyOf(rules, content);
  const next = goes ? withPair(moved, keyOf(rules, old), ['', '']) : moved;
  // The writer is told, or is not and finds out in its next round.
  emit(`apply(${w})`, next);
  emit(`answer(${w})`, withWriter(next, w, { phase: state.auth === 'F' ? 'done' : 'idle' }));
}
