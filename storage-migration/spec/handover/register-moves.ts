import { highestEpoch, sent } from './context.ts';
import type { Context } from './context.ts';
import type { Message, MessageKind } from './message.ts';
import { pack, unpack } from './message.ts';
import { copyOf, D, F, P } from './state.ts';
import type { Cell, State } from './state.ts';

/** The conditional moves of one head. Each names the head it was prepared for, and fails on any other. */
type Move = (context: Context, cell: Cell, m: Message) => boolean;

const flip: Move = ({ rules }, cell, m) => {
  if (rules.flipIsConditional && !(cell.hEpoch === m.at && cell.hAuth === P)) return false;
  cell.hEpoch = m.at + 1;
  cell.hAuth = F;
  cell.hFrom = cell.hSeq;
  return true;
};

const raise: Move = (_context, cell, m) => {
  if (cell.hEpoch !== m.at || cell.hAuth !== P) return false;
  cell.hEpoch = m.e;
  return true;
};

const turn: Move = ({ rules }, cell, m) => {
  if (rules.turnIsConditional && !(cell.hEpoch === m.at && cell.hAuth === F)) return false;
  cell.hEpoch = rules.rollbackConsumesEpoch ? m.at + 1 : m.at;
  cell.hAuth = D;
  return true;
};

const release: Move = ({ rules }, cell, m) => {
  const isReleasable = cell.hAuth === D || (!rules.turnBeforeRelease && cell.hAuth === F);
  if (rules.releaseIsConditional && !(cell.hEpoch === m.at && isReleasable)) return false;
  cell.hEpoch = m.e;
  cell.hAuth = P;
  return true;
};

const resume: Move = ({ rules }, cell, m) => {
  if (rules.resumeIsConditional && !(cell.hEpoch === m.at && cell.hAuth === D)) return false;
  cell.hEpoch = rules.rollbackConsumesEpoch ? m.at + 1 : m.at;
  cell.hAuth = F;
  if (!rules.resumeKeepsStart) cell.hFrom = cell.hSeq;
  return true;
};

const MOVES: Partial<Record<MessageKind, Move>> = { flip, raise, turn, release, resume };

/** Applies a move that has arrived; the same state when its condition fails. */
export function applyMove(context: Context, state: State, m: Message): State {
  const { next, cell } = copyOf(state, m.b);
  return MOVES[m.kind]?.(context, cell, m) === true ? next : state;
}

/**
 * Prepares a move. It travels as a message where the bounds say so, otherwise it happens at once. Returns undefined when
 * nothing new comes of it.
 */
export function prepared(
  context: Context,
  state: State,
  kind: MessageKind,
  b: number,
  fields: Partial<Message>,
): State | undefined {
  if (kind === 'flip' || context.bounds.delayedMoves === true) return sent(state, kind, b, fields);
  const next = applyMove(context, state, unpack(pack(kind, b, fields)));
  return next === state ? undefined : next;
}

/** The epochs a converging coordinator may aim at: one above everything, or the one another head has reached already. */
export function targetEpochs({ bounds }: Context, state: State, cell: Cell): readonly number[] {
  const highest = highestEpoch(state);
  const targets = highest > cell.hEpoch ? [highest] : [];
  if (highest < bounds.epochs) targets.push(highest + 1);
  return targets;
}
