import { at } from '../check/at.ts';
import type { Emit } from '../check/model.ts';
import { changed, sent } from './context.ts';
import type { Context, Steps } from './context.ts';
import type { Message } from './message.ts';
import { asErasure } from './postgres-steps.ts';
import { F, MISSING_ENTRY, P, S, SPLIT } from './state.ts';
import type { Cell, State } from './state.ts';
import { isNewer } from './versions.ts';

/** What users do while Forge is the authority, and the log's way back to Postgres. */
export const forgeSteps: Steps = (context, state, emit) => {
  state.cells.forEach((cell, b) => {
    const isLive = cell.fN > 0 && cell.fDeleted === 0;
    if (mayWrite(context, cell)) {
      if (state.fLeft > 0) emit(`forgeWrite(${b})`, write(context, state, b, 0));
      if (state.deletesLeft > 0 && isLive) {
        emit(`forgeDelete(${b})`, write(context, state, b, 1));
      }
      if (state.erasuresLeft > 0 && cell.erasing === 0) {
        emit(`forgeErase(${b})`, asErasure(write(context, state, b, 2), b));
      }
    }
    readLog(context, state, b, emit);
  });
};

function mayWrite({ rules }: Context, cell: Cell): boolean {
  // With a cached stage the writer still believes in an F that was there once.
  return cell.hAuth === F || cell.hAuth === S || (!rules.writerReadsHead && cell.hEpoch > 1);
}

function write(context: Context, state: State, b: number, deleted: 0 | 1 | 2): State {
  const { rules } = context;
  const next = changed(state, b, (cell, copy) => {
    copy.writes += 1;
    if (deleted === 0) copy.fLeft -= 1;
    if (deleted === 1) copy.deletesLeft -= 1;
    if (deleted === 2) copy.erasuresLeft -= 1;
    cell.fE = rules.versionsCounted ? cell.hEpoch : 1;
    cell.fN = rules.versionsCounted ? cell.fN + 1 : copy.writes;
    cell.fValue = copy.writes;
    cell.fDeleted = deleted === 0 ? 0 : 1;
    cell.truth = copy.writes;
    cell.truthDeleted = cell.fDeleted;
    if (isPlain(context, state, b)) {
      cell.hSeq += 1;
      if (deleted !== 0) cell.fE = cell.fN = cell.fValue = cell.fDeleted = 0;
    } else if (rules.writerReadsHead && rules.logInTransaction) append(cell);
  });
  if (rules.logInTransaction) return next;
  return sent(next, 'enqueue', b, { value: next.writes }) ?? next;
}

/** Under a sealed head there is nobody to tell: no log entry, and a delete leaves no tombstone. */
function isPlain({ rules }: Context, { cells }: State, b: number): boolean {
  const isSealed = (cell: Cell): boolean => cell.hAuth === S;
  return rules.plainUnderOwnSeal ? isSealed(at(cells, b)) : cells.some(isSealed);
}

function append(cell: Cell): void {
  cell.hSeq += 1;
  cell.log |= 1 << (cell.hSeq - 1);
}

/** Only the mutant that enqueues after the write sends this. */
export function applyEnqueue(_context: Context, state: State, m: Message): State {
  const cell = at(state.cells, m.b);
  if (cell.hAuth !== F || cell.hSeq > 12) return state;
  return changed(state, m.b, append);
}

/**
 * Reads the head, then by key every log entry behind the position, then the record they point at. The head may have been
 * read some writes ago and a long log is read in parts, so a batch may reach less far than the record it carries.
 */
function readLog({ rules }: Context, state: State, b: number, emit: Emit<State>): void {
  const cell = at(state.cells, b);
  // A sealed bucket was drained before, and its log may be gone.
  if (cell.hAuth === P || cell.hAuth === S) return;
  const start = rules.reverseFromFlip ? Math.max(cell.racked, cell.hFrom) : cell.racked;
  const { fE: e, fN: n, fValue: value, fDeleted: deleted } = cell;
  for (let seq = start + 1; seq <= cell.hSeq; seq += 1) {
    if ((cell.log & (1 << (seq - 1))) === 0) {
      emit(`readLog(${b})`, { ...state, alarm: MISSING_ENTRY });
      return;
    }
    const next = sent(state, 'reverse', b, { at: seq, e, n, value, deleted, inc: state.inc });
    if (next !== undefined) emit(`readLog(${b})`, next);
  }
}

/**
 * Applies a reverse batch by the same rule as everywhere, and moves the position in the same transaction. A batch that does
 * not move it is late and is dropped whole: a version row that went with its collected tombstone no longer stops what the
 * batch still carries.
 */
export function applyReverse({ rules }: Context, state: State, m: Message): State {
  if (state.open === 1) return state;
  if (rules.reverseNamesIncarnation && m.inc !== state.inc) return state;
  const cell = at(state.cells, m.b);
  const position = rules.reverseHeadFirst ? m.at : Math.max(m.at, cell.hSeq);
  if (rules.reverseMovesForward && position <= cell.racked) return state;
  const isSame = cell.pE === m.e && cell.pN === m.n;
  if (m.n > 0 && isSame && cell.pValue !== m.value) return { ...state, alarm: SPLIT };
  const wins = isNewer(m.e, m.n, cell.pE, cell.pN);
  if (!wins && position <= cell.racked) return state;
  return changed(state, m.b, (copy) => {
    copy.racked = Math.max(copy.racked, position);
    if (!wins) return;
    copy.pE = rules.reverseKeepsVersion ? m.e : state.epoch;
    copy.pN = rules.reverseKeepsVersion ? m.n : Math.min(copy.pN + 1, 12);
    copy.pValue = m.value;
    copy.pDeleted = m.deleted;
    copy.pDirty = rules.reverseKeepsVersion ? 0 : 1;
  });
}

/** Whether everything that Forge wrote in a bucket has come back. */
export function isDrained({ rules }: Context, cell: Cell): boolean {
  if (!rules.releaseDrained) return true;
  const position = Math.max(cell.racked, cell.hFrom);
  return position >= (rules.drainByKeyedReads ? cell.hSeq : cell.hSeq - 1);
}
