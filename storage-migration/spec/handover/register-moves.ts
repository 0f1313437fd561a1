import { highestEpoch, sent } from './context.ts';
import type { Context } from './context.ts';
import type { Message, MessageKind } from './message.ts';
import { pack, unpack } from './message.ts';
import { copyOf, D, F, P, S, SEALED_EARLY } from './state.ts';
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
  const isTurnable = cell.hAuth === F || (!rules.sealedStays && cell.hAuth === S);
  if (rules.turnIsConditional && !(cell.hEpoch === m.at && isTurnable)) return false;
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

/** Names `seq` as well: what was drained when the seal was prepared is still all there is. */
const seal: Move = ({ rules }, cell, m) => {
  const isAsSeen = cell.hEpoch === m.at && cell.hAuth === F;
  if (rules.sealIsConditional && !isAsSeen) return false;
  if (rules.sealNamesSeq && cell.hSeq !== m.n) return false;
  cell.hEpoch = m.at + 1;
  cell.hAuth = S;
  cell.hFrom = cell.hSeq;
  return true;
};

const MOVES: Partial<Record<MessageKind, Move>> = { flip, raise, turn, release, resume, seal };

/** Applies a move that has arrived; the same state when its condition fails. */
export function applyMove(context: Context, state: State, m: Message): State {
  const { next, cell } = copyOf(state, m.b);
  if (MOVES[m.kind]?.(context, cell, m) !== true) return state;
  const isEarly = m.kind === 'seal' && cell.pValue !== cell.truth;
  return isEarly ? { ...next, alarm: SEALED_EARLY } : next;
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
