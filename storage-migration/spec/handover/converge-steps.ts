import { sent } from './context.ts';
import type { Context, Steps } from './context.ts';
import { isDrained } from './forge-steps.ts';
import { isSealing } from './invariants.ts';
import { pack, unpack } from './message.ts';
import type { Message } from './message.ts';
import { prepared, targetEpochs } from './register-moves.ts';
import { D, F, P, S } from './state.ts';
import type { Cell, State } from './state.ts';

/**
 * What coordinators do. The steps belong to nobody: any operator may take any of them at any time, in any order, which
 * covers two operators at once and a crash between any two steps.
 */
export const convergeSteps: Steps = (context, state, emit) => {
  const { rules, bounds } = context;
  if (state.open === 1 && (state.transaction === 0 || !rules.closeWaits)) {
    emit('close', { ...state, open: 0 });
  }
  const offer = (name: string, next: State | undefined): void => {
    if (next !== undefined) emit(name, next);
  };
  const maySend = mayFlip(context, state);
  const isSealed = isSealing(state);
  const mayGoBack = !isSealed || !rules.convergeStopsAtSealed;
  state.cells.forEach((cell, b) => {
    const at = cell.hEpoch;
    if (maySend && cell.hAuth === P && at === state.epoch && at < bounds.epochs) {
      offer(`flip(${b})`, prepared(context, state, 'flip', b, { at }));
    }
    if (mayTurn(context, cell, mayGoBack) && at < bounds.epochs) {
      offer(`turn(${b})`, prepared(context, state, 'turn', b, { at }));
    }
    if (cell.hAuth === D && at < bounds.epochs) {
      offer(`resume(${b})`, prepared(context, state, 'resume', b, { at }));
    }
    if (isSealed && rules.flipsBesideSealed && cell.hAuth === P && at < bounds.epochs) {
      offer(`flip(${b})`, prepared(context, state, 'flip', b, { at }));
    }
    if (maySeal(context, state, cell)) {
      offer(`seal(${b})`, prepared(context, state, 'seal', b, { at, n: cell.hSeq }));
    }
    if (!mayGoBack) return;
    for (const target of targetEpochs(context, state, cell)) {
      const e = rules.releaseConsumesEpoch ? target : at;
      const isReleasable = cell.hAuth === D || (!rules.turnBeforeRelease && cell.hAuth === F);
      if (isReleasable && isDrained(context, cell)) {
        offer(`release(${b}→${e})`, prepared(context, state, 'release', b, { at, e }));
      }
      // Also at an open gate: whoever recovers raises what a slow or dead coordinator left behind, and the gate adopts.
      if (cell.hAuth === P) {
        offer(`raise(${b}→${target})`, prepared(context, state, 'raise', b, { at, e: target }));
      }
    }
  });
  if (bounds.separateLooks === true) lookAtEach(state, offer);
  else offer('observe', observed(context, state));
  if (mayReopen(context, state)) emit('reopen', { ...state, open: 1 });
};

/**
 * A close is taken back at its own epoch, without a word to Forge, while no flip of that epoch was ever made ready: then
 * nothing is under way that could give a bucket away.
 */
function mayReopen({ rules }: Context, state: State): boolean {
  if (state.open === 1) return false;
  const isPlanned = state.messages.some((message) => {
    const { kind, at } = unpack(message);
    return kind === 'flip' && at === state.epoch;
  });
  if (!isPlanned) return true;
  return !rules.abortConsumesEpoch && state.cells.every((cell) => cell.hAuth === P);
}

function mayFlip({ rules }: Context, state: State): boolean {
  return (
    (state.open === 0 || !rules.flipAtClosedGate) &&
    (!rules.flipDrained || state.cells.every((cell) => cell.pDirty === 0)) &&
    (!rules.flipFilled || state.cells.every((cell) => cell.hFilled === 1))
  );
}

function mayTurn({ rules }: Context, { hAuth }: Cell, mayGoBack: boolean): boolean {
  return (hAuth === F && mayGoBack) || (!rules.sealedStays && hAuth === S);
}

/** The first seal waits for all heads; after it there is only one direction, and each bucket goes when it can. */
function maySeal(context: Context, state: State, cell: Cell): boolean {
  const { rules, bounds } = context;
  if (bounds.sealing !== true || cell.hAuth !== F || cell.hEpoch >= bounds.epochs) return false;
  if (rules.sealDrained && !isDrained(context, cell)) return false;
  return (
    isSealing(state) || !rules.sealSeesAllForge || state.cells.every(({ hAuth }) => hAuth === F)
  );
}

/** A coordinator has seen every head with Postgres at one epoch, and tells the gate. */
function observed({ rules }: Context, state: State): State | undefined {
  if (!state.cells.every((cell) => cell.hAuth === P)) return undefined;
  const highest = Math.max(...state.cells.map((cell) => cell.hEpoch));
  const sees = rules.openSeesEveryHead
    ? state.cells.every((cell) => cell.hEpoch === highest)
    : highest > state.epoch;
  const isUseful = rules.releaseConsumesEpoch ? highest > state.epoch : state.open === 0;
  return sees && isUseful ? sent(state, 'open', 0, { e: highest }) : undefined;
}

/**
 * Heads are read one after the other, and what was seen is kept for ever: by the time the last one is read, the first may
 * stand somewhere else.
 */
function lookAtEach(state: State, offer: (name: string, next: State | undefined) => void): void {
  state.cells.forEach((cell, b) => {
    if (cell.hAuth !== P || cell.hEpoch <= state.epoch) return;
    offer(`see(${b})`, sent(state, 'see', b, { e: cell.hEpoch }));
  });
  for (let e = state.epoch + 1; e <= 15; e += 1) {
    const hasAll = state.cells.every((_, b) => state.messages.includes(pack('see', b, { e })));
    if (hasAll) offer('observe', sent(state, 'open', 0, { e }));
  }
}

/** Opens the gate, or lets an open gate adopt the epoch that all heads have. */
export function applyOpen({ rules }: Context, state: State, m: Message): State {
  if (rules.openGoesUp && rules.releaseConsumesEpoch && m.e <= state.epoch) return state;
  if (state.open === 1 && state.epoch === m.e) return state;
  return { ...state, open: 1, epoch: m.e };
}
