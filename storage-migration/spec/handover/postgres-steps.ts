import type { Steps } from './context.ts';
import { changed } from './context.ts';
import type { Context } from './context.ts';
import type { State } from './state.ts';

/** Skew of Postgres' clock against Forge's, in ticks; only the mutant that takes versions from clocks sees it. */
const SKEW = 2;

/** What users do while Postgres is the authority: every write passes the gate and gets its version in one transaction. */
export const postgresSteps: Steps = (context, state, emit) => {
  const { bounds } = context;
  state.cells.forEach((cell, b) => {
    const isLive = cell.pN > 0 && cell.pDeleted === 0;
    if (bounds.openTransactions === true) {
      if (state.open === 1 && state.transaction === 0 && state.pLeft > 0) {
        emit(`begin(${b})`, { ...state, transaction: b + 1 });
      }
      if (state.transaction === b + 1) {
        emit(`commit(${b})`, { ...write(context, state, b, 0), transaction: 0 });
      }
    } else if (state.open === 1 && state.pLeft > 0) {
      emit(`write(${b})`, write(context, state, b, 0));
    }
    if (state.open === 1 && state.deletesLeft > 0 && isLive) {
      emit(`delete(${b})`, write(context, state, b, 1));
    }
    // Also of what is absent or deleted: it gets a version of its own and travels.
    if (state.open === 1 && state.erasuresLeft > 0 && cell.erasing === 0) {
      emit(`erase(${b})`, asErasure(write(context, state, b, 2), b));
    }
  });
};

/** Marks a delete that was just made as an erasure. */
export function asErasure(state: State, b: number): State {
  return changed(state, b, (cell) => {
    cell.erasing = 1;
    cell.erasedAt = state.writes;
  });
}

/** `deleted`: 0 a write, 1 a delete, 2 the delete of an erasure. */
function write({ rules }: Context, state: State, b: number, deleted: 0 | 1 | 2): State {
  return changed(state, b, (cell, next) => {
    next.writes += 1;
    if (deleted === 0) next.pLeft -= 1;
    if (deleted === 1) next.deletesLeft -= 1;
    if (deleted === 2) next.erasuresLeft -= 1;
    cell.pE = rules.versionsCounted ? state.epoch : 1;
    cell.pN = rules.versionsCounted ? cell.pN + 1 : next.writes + SKEW;
    cell.pValue = next.writes;
    cell.pDeleted = deleted === 0 ? 0 : 1;
    cell.pDirty = 1;
    cell.truth = next.writes;
    cell.truthDeleted = cell.pDeleted;
  });
}
