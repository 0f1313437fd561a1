import type { Emit, Model } from '../check/model.ts';
import { highestEpoch } from './context.ts';
import type { Context, Steps } from './context.ts';
import { applyOpen, convergeSteps } from './converge-steps.ts';
import { applyEnqueue, applyReverse, forgeSteps } from './forge-steps.ts';
import { applyAcknowledge, applySend, snapshotSteps } from './forward-steps.ts';
import {
  isConverged,
  isMixed,
  isReported,
  isSealing,
  isWritable,
  violation,
} from './invariants.ts';
import { unpack } from './message.ts';
import type { Message, MessageKind } from './message.ts';
import { postgresSteps } from './postgres-steps.ts';
import { applyMove } from './register-moves.ts';
import type { Rules } from './rules.ts';
import { RULES } from './rules.ts';
import { encode, initialState } from './state.ts';
import type { Bounds, State } from './state.ts';
import { applyForget, upkeepSteps } from './upkeep-steps.ts';

const STEPS: readonly Steps[] = [
  postgresSteps,
  snapshotSteps,
  forgeSteps,
  convergeSteps,
  upkeepSteps,
];

const ARRIVALS: Record<MessageKind, (context: Context, state: State, m: Message) => State> = {
  send: applySend,
  acknowledge: applyAcknowledge,
  flip: applyMove,
  raise: applyMove,
  turn: applyMove,
  release: applyMove,
  resume: applyMove,
  see: (_context, state) => state,
  open: applyOpen,
  reverse: applyReverse,
  forget: applyForget,
  enqueue: applyEnqueue,
  seal: applyMove,
};

/**
 * The life of a group of records from copy to roll-back and again: both authorities, hand-overs both ways, aborts, wipe,
 * tombstone collection and erasure, over a network on which everything ever sent can arrive at any time and any number of
 * times (protocol §6 to §9, §13).
 */
export function handoverModel(name: string, bounds: Bounds, rules: Rules = RULES): Model<State> {
  const context: Context = { rules, bounds };
  return {
    name,
    initial: initialState(bounds),
    steps(state, emit) {
      for (const steps of STEPS) steps(context, state, emit);
      for (const message of state.messages) arrive(context, state, unpack(message), emit);
    },
    violation: (state) =>
      violation(state) ??
      (bounds.delayedMoves !== true && isMixed(state)
        ? 'sealed beside a bucket with Postgres'
        : undefined),
    encode,
    goals: { writable: isWritable, converged: isConverged, reported: isReported },
    // Beside a sealed head one more move is enough: everything goes forward.
    hasRoom: (state) => highestEpoch(state) + (isSealing(state) ? 1 : 2) <= bounds.epochs,
  };
}

function arrive(context: Context, state: State, m: Message, emit: Emit<State>): void {
  const next = ARRIVALS[m.kind](context, state, m);
  if (next !== state) emit(`${m.kind}.arrives(${m.b})`, next);
}
