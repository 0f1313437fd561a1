import { at } from '../check/at.ts';
import { changed, sent } from './context.ts';
import type { Context, Steps } from './context.ts';
import type { Message } from './message.ts';
import { P, S, SPLIT } from './state.ts';
import type { State } from './state.ts';
import { isNewer } from './versions.ts';

/** The highest seq the encoding holds; no correct run comes near it. */
const SEQ_LIMIT = 15;

/** A sender takes a row, its version and the gate's epoch in one snapshot. Live push and backfill do the same thing. */
export const snapshotSteps: Steps = ({ rules }, state, emit) => {
  state.cells.forEach((cell, b) => {
    if (cell.pN === 0 || (cell.pDirty === 0 && cell.hFilled === 1)) return;
    const next = sent(state, 'send', b, {
      at: rules.epochFromSnapshot ? state.epoch : 0,
      ...{ e: cell.pE, n: cell.pN, value: cell.pValue, deleted: cell.pDeleted, inc: state.inc },
    });
    if (next === undefined) return;
    const isForgotten = !rules.dirtyUntilAcknowledged && cell.pDirty === 1;
    emit(
      `snapshot(${b})`,
      isForgotten
        ? changed(next, b, (copy) => {
            copy.pDirty = 0;
          })
        : next,
    );
  });
};

/**
 * One round of a sender at the bucket: read the head, read the record, commit under the head's condition. It is one step
 * here because the condition on `seq` makes it one; the model of a round (`round/`) shows why that is so.
 */
export function applySend({ rules }: Context, state: State, m: Message): State {
  const cell = at(state.cells, m.b);
  const stamp = rules.epochFromSnapshot ? m.at : state.epoch;
  const isOpenTo = cell.hEpoch === stamp && cell.hAuth === P && cell.hInc === m.inc;
  const passes = !rules.sendIsFenced || isOpenTo || (!rules.sealedIsFenced && cell.hAuth === S);
  if (!passes) return rules.acknowledgesStored ? state : acknowledged(state, m);
  const isSame = cell.fE === m.e && cell.fN === m.n;
  if (isSame && cell.fValue !== m.value) return { ...state, alarm: SPLIT };
  const wins = rules.sendNewerOnly ? isNewer(m.e, m.n, cell.fE, cell.fN) : !isSame;
  if (!wins || (!rules.sendUpdates && cell.fN > 0)) return acknowledged(state, m);
  if (cell.hSeq === SEQ_LIMIT) return state;
  const next = changed(state, m.b, (copy) => {
    const leavesNothing = m.deleted === 1 && !rules.tombstones;
    copy.fE = leavesNothing ? 0 : m.e;
    copy.fN = leavesNothing ? 0 : m.n;
    copy.fValue = leavesNothing ? 0 : m.value;
    copy.fDeleted = leavesNothing ? 0 : m.deleted;
    copy.hSeq += 1;
    copy.hFilled = 1;
  });
  return acknowledged(next, m);
}

function acknowledged(state: State, { b, e, n, inc }: Message): State {
  return sent(state, 'acknowledge', b, { e, n, inc }) ?? state;
}

/** Clears the dirty mark of the version that the target holds. */
export function applyAcknowledge({ rules, bounds }: Context, state: State, m: Message): State {
  const cell = at(state.cells, m.b);
  if (cell.pDirty === 0) return state;
  if (rules.acknowledgesVersion && (cell.pE !== m.e || cell.pN !== m.n)) return state;
  // Before the copy has come to the record, one of the last installation does no harm: the copy brings it in any case.
  const isOfNow = m.inc === state.inc || (bounds.reinstalls === true && cell.hFilled === 0);
  if (rules.acknowledgesIncarnation && !isOfNow) return state;
  return changed(state, m.b, (copy) => {
    copy.pDirty = 0;
  });
}
