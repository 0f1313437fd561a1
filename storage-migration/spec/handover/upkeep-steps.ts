import { at } from '../check/at.ts';
import type { Emit } from '../check/model.ts';
import { changed, highestEpoch, sent } from './context.ts';
import type { Context, Steps } from './context.ts';
import type { Message, MessageKind } from './message.ts';
import { pack, unpack, withMessage } from './message.ts';
import { F, P, S } from './state.ts';
import type { Cell, State } from './state.ts';

/** Collecting tombstones, deleting log entries, wiping the target, reporting erasures. */
export const upkeepSteps: Steps = (context, state, emit) => {
  const { rules, bounds } = context;
  state.cells.forEach((cell, b) => {
    if (state.collectionsLeft > 0 && isCollectable(context, state, cell)) {
      emit(`collect(${b})`, collect(context, state, b));
    }
    if (bounds.trimming === true) {
      const kept = rules.trimAcknowledged ? cell.log & ~((1 << cell.racked) - 1) : 0;
      if (kept !== cell.log) {
        const next = changed(state, b, (copy) => {
          copy.log = kept;
        });
        emit(`trim(${b})`, next);
      }
    }
    if (bounds.sealing === true) sweep(context, state, b, emit);
    if (cell.erasing === 1 && (!rules.erasureWaits || isErased(cell))) {
      const next = changed(state, b, (copy) => {
        copy.erasing = 2;
      });
      emit(`reportErased(${b})`, next);
    }
  });
  if (bounds.reinstalls === true) {
    const ended = terminated(context, state);
    if (ended !== undefined) emit('terminate', ended);
    state.cells.forEach((cell, b) => {
      // A bucket without records has nothing to be copied; what is written meanwhile is dirty and travels by push.
      if (state.inc === 1 || cell.hFilled === 1 || (cell.pN > 0 && cell.pDirty === 0)) return;
      const next = changed(state, b, (copy) => {
        copy.hFilled = 1;
      });
      emit(`enrol(${b})`, next);
    });
    return;
  }
  const next = wiped(context, state);
  if (next !== undefined) emit('wipe', next);
};

/**
 * Whether the delete of an erasure has passed both sides. That neither side shows the value is not enough: a send from
 * before the erasure may still be under way to a side that holds nothing yet.
 */
function isErased(cell: Cell): boolean {
  return cell.pValue >= cell.erasedAt && cell.fValue >= cell.erasedAt;
}

/** Whether a side shows a value from before the erasure. */
export function showsErased(n: number, deleted: number, value: number, cell: Cell): boolean {
  return n > 0 && deleted === 0 && value < cell.erasedAt;
}

function isCollectable({ rules }: Context, state: State, cell: Cell): boolean {
  if (cell.fDeleted === 0 || cell.erasing === 1) return false;
  if (!(cell.hAuth === F || (cell.hAuth === P && state.open === 1))) return false;
  // Heads may have been raised above the gate: then sends of the gate's epoch are still to come.
  if (cell.hAuth === P && rules.collectBelowGate && cell.fE >= state.epoch) return false;
  const hasOther = cell.pE === cell.fE && cell.pN === cell.fN && cell.pDirty === 0;
  return (
    (!rules.collectOlderEpoch || cell.fE < cell.hEpoch) && (!rules.collectAcknowledged || hasOther)
  );
}

/** The tombstone goes in a head transaction; the version row in Postgres goes after it. */
function collect({ rules }: Context, state: State, b: number): State {
  const before = at(state.cells, b);
  const next = changed(state, b, (cell, copy) => {
    copy.collectionsLeft -= 1;
    cell.fE = 0;
    cell.fN = 0;
    cell.fValue = 0;
    cell.fDeleted = 0;
    cell.hSeq += 1;
    if (cell.hAuth === F && rules.collectLogs) cell.log |= 1 << (cell.hSeq - 1);
  });
  return sent(next, 'forget', b, { e: before.fE, n: before.fN }) ?? next;
}

/** Deletes the version row of a collected tombstone. */
export function applyForget({ rules }: Context, state: State, m: Message): State {
  const cell = at(state.cells, m.b);
  const isThatOne = cell.pE === m.e && cell.pN === m.n && cell.pDeleted === 1 && cell.pDirty === 0;
  if (cell.pN === 0 || (rules.forgetIsConditional && !isThatOne)) return state;
  return changed(state, m.b, (copy) => {
    copy.pE = 0;
    copy.pN = 0;
    if (!isThatOne) return;
    copy.pValue = 0;
    copy.pDeleted = 0;
  });
}

/** Under a sealed head nobody reads the log any more, and no old message is left that a tombstone would have to stop. */
function sweep({ rules }: Context, state: State, b: number, emit: Emit<State>): void {
  const { hAuth, log, fDeleted, fE, fN, pDeleted, pE, pN } = at(state.cells, b);
  const isSweepable = hAuth === S || (!rules.sweepsSealedOnly && hAuth === F);
  if (!isSweepable) return;
  if (log !== 0) {
    const next = changed(state, b, (cell) => {
      cell.log = 0;
    });
    emit(`sweepLog(${b})`, next);
  }
  if (fDeleted === 1) {
    const next = changed(state, b, (cell) => {
      cell.fE = cell.fN = cell.fValue = cell.fDeleted = 0;
      cell.hSeq += 1;
    });
    emit(`sweepTombstone(${b})`, sent(next, 'forget', b, { e: fE, n: fN }) ?? next);
  }
  // Postgres remembers a delete whose tombstone is gone: a writer has made the record anew over it.
  if (hAuth === S && fDeleted === 0 && pDeleted === 1) {
    const next = sent(state, 'forget', b, { e: pE, n: pN });
    if (next !== undefined) emit(`forget(${b})`, next);
  }
}

/** Starts the target from nothing: a new incarnation at a new epoch, every key to be sent again. */
function wiped({ rules, bounds }: Context, state: State): State | undefined {
  const epoch = highestEpoch(state) + 1;
  const isAllowed =
    state.open === 1 && state.wipesLeft > 0 && state.inc < 3 && epoch <= bounds.epochs;
  if (!isAllowed || !state.cells.every((cell) => cell.hAuth === P)) return undefined;
  const cells = state.cells.map((cell) => ({
    ...cell,
    ...{ hEpoch: epoch, hInc: cell.hInc + 1, hFilled: 1, log: 0 },
    ...{ fE: 0, fN: 0, fValue: 0, fDeleted: 0 },
    pDirty: rules.wipeMarksDirty && cell.pN > 0 ? 1 : cell.pDirty,
  }));
  return { ...state, cells, epoch, inc: state.inc + 1, wipesLeft: state.wipesLeft - 1 };
}

/** What reaches Postgres; everything else was on its way to the storage that is gone. */
const TO_POSTGRES: ReadonlySet<MessageKind> = new Set([
  ...(['acknowledge', 'see', 'open', 'reverse', 'forget'] as const),
]);

/**
 * The tenant ends: Postgres takes writes at an epoch above all others, and what Forge took beyond is lost, knowingly. The app
 * is installed again: other storage, in which every record is still to be copied. The moment of the end and that of the
 * enrolment are one step, since nothing is sent between them.
 */
function terminated({ bounds }: Context, state: State): State | undefined {
  const epoch = highestEpoch(state) + 1;
  if (state.wipesLeft === 0 || state.inc >= 3 || epoch > bounds.epochs) return undefined;
  const cells = state.cells.map((cell): Cell => ({
    ...cell,
    ...{ hEpoch: epoch, hAuth: P, hSeq: 0, hFrom: 0, hInc: cell.hInc + 1, hFilled: 0 },
    ...{ fE: 0, fN: 0, fValue: 0, fDeleted: 0, log: 0, racked: 0 },
    ...{ truth: cell.pValue, truthDeleted: cell.pDeleted },
  }));
  const messages = state.messages.reduce<readonly number[]>((kept, message) => {
    const { kind, b, e, n, inc } = unpack(message);
    if (TO_POSTGRES.has(kind)) return withMessage(kept, message);
    // The old storage may still take it, and say so.
    return kind === 'send' ? withMessage(kept, pack('acknowledge', b, { e, n, inc })) : kept;
  }, []);
  const ended = { open: 1, epoch, inc: state.inc + 1, wipesLeft: state.wipesLeft - 1 };
  return { ...state, ...ended, cells, messages };
}
