import type { Emit } from '../check/model.ts';
import type { Rules } from './rules.ts';
import { copyOf } from './state.ts';
import type { Bounds, Cell, State } from './state.ts';
import { pack, withMessage } from './message.ts';
import type { Message, MessageKind } from './message.ts';

/** What every step needs to know. */
export interface Context {
  readonly rules: Rules;
  readonly bounds: Bounds;
}

/** A family of steps. */
export type Steps = (context: Context, state: State, emit: Emit<State>) => void;

/** The state with one more message under way, or undefined when the same one is under way already. */
export function sent(
  state: State,
  kind: MessageKind,
  b: number,
  fields: Partial<Message>,
): State | undefined {
  const messages = withMessage(state.messages, pack(kind, b, fields));
  return messages === state.messages ? undefined : { ...state, messages };
}

/** The state with one cell changed. */
export function changed(state: State, b: number, change: (cell: Cell, next: State) => void): State {
  const { next, cell } = copyOf(state, b);
  change(cell, next);
  return next;
}

/** The highest epoch anywhere: of a head or of the gate. */
export function highestEpoch(state: State): number {
  let highest = state.epoch;
  for (const cell of state.cells) if (cell.hEpoch > highest) highest = cell.hEpoch;
  return highest;
}
