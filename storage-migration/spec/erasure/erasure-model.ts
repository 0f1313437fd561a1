import type { Emit, Model } from '../check/model.ts';
import { drive } from './driver-steps.ts';
import { ERASURE_RULES, IDLE, NOTHING, SEALED } from './erasure-state.ts';
import type { ErasureRules, ErasureState, Item } from './erasure-state.ts';

/**
 * One record that is to be erased, and two who drive that, each of whom may die or fall asleep anywhere, while a user writes it,
 * the tenant moves to Forge and back, goes final, or ends and begins anew. How sends and log entries travel is left to the
 * hand-over's model: here they arrive.
 */
export function erasureModel(rules: ErasureRules = ERASURE_RULES): Model<ErasureState> {
  return {
    name: 'erasure',
    initial: {
      ...{ place: 'P', postgres: { n: 1, what: 'old' }, forge: { n: 1, what: 'old' } },
      ...{ mark: 0, reported: false, drivers: [IDLE, IDLE], sweep: 'waiting', ends: 0, given: 1 },
      left: { writes: 2, moves: 3, ends: 1 },
    },
    steps(state, emit) {
      write(state, emit);
      travel(state, emit);
      move(state, emit);
      end(rules, state, emit);
      sweep(state, emit);
      if (!state.reported) state.drivers.forEach((_, d) => drive(rules, state, d, emit));
    },
    violation,
    encode: (state) => JSON.stringify(state),
    goals: { reported: ({ reported }) => reported },
  };
}

function violation({ reported, postgres, forge, sweep, place }: ErasureState): string | undefined {
  if (reported && postgres.what === 'old') return 'erased, yet in Postgres';
  if (reported && forge.what === 'old') return 'erased, yet in Forge';
  if (place === 'S' && sweep === 'done' && reported && forge.what === 'deleted') {
    return 'a tombstone for ever';
  }
  return undefined;
}

/** A user changes what is there, which stays what is to be erased, or makes it anew. */
function write(state: ErasureState, emit: Emit<ErasureState>): void {
  const { left, place } = state;
  if (left.writes === 0) return;
  const given = place === 'S' ? Math.max(state.given, SEALED) : state.given;
  const side = place === 'F' || place === 'S' ? 'forge' : 'postgres';
  const what = state[side].what === 'old' ? 'old' : 'new';
  emit('write', {
    ...state,
    [side]: { n: given + 1, what },
    given: given + 1,
    left: { ...left, writes: left.writes - 1 },
  });
}

function travel(state: ErasureState, emit: Emit<ErasureState>): void {
  const { place, postgres, forge } = state;
  if (place === 'P' && postgres.n > forge.n) emit('send', { ...state, forge: postgres });
  if (place === 'F' && forge.n > postgres.n) emit('reverse', { ...state, postgres: forge });
}

/** Hand-overs, each when the sides are the same. */
function move(state: ErasureState, emit: Emit<ErasureState>): void {
  const { place, left, postgres, forge } = state;
  if (left.moves === 0 || !isSame(postgres, forge)) return;
  const moved = { ...state, left: { ...left, moves: left.moves - 1 } };
  if (place === 'P') emit('cutover', { ...moved, place: 'F' });
  if (place === 'F') {
    emit('rollback', { ...moved, place: 'P' });
    emit('seal', { ...moved, place: 'S' });
  }
}

function isSame(one: Item, other: Item): boolean {
  return one.n === other.n && one.what === other.what;
}

/** The app is removed, with all that Forge has; later it is installed again and copied to. */
function end(rules: ErasureRules, state: ErasureState, emit: Emit<ErasureState>): void {
  const { place, left, postgres, mark } = state;
  if (place === 'off') emit('enrol', { ...state, place: 'P' });
  if (left.ends === 0 || place === 'S' || place === 'off') return;
  const isLost = place === 'F' && postgres.n < mark;
  emit('terminate', {
    ...state,
    ...{ place: 'off', forge: NOTHING, mark: isLost && rules.endTakesBack ? 0 : mark },
    ends: state.ends + 1,
    left: { ...left, ends: left.ends - 1 },
  });
}

/** Of a final tenant: finds tombstones by Postgres' version rows, except those that an open erasure watches. */
function sweep(state: ErasureState, emit: Emit<ErasureState>): void {
  const { place, postgres, forge, reported } = state;
  if (place !== 'S') return;
  switch (state.sweep) {
    case 'waiting':
      emit(
        'tombstones',
        postgres.what === 'deleted' && reported
          ? { ...state, sweep: 'listed' }
          : { ...state, sweep: 'done' },
      );
      return;
    case 'listed':
      emit('sweepTombstone', {
        ...state,
        sweep: 'removed',
        forge: forge.what === 'deleted' ? NOTHING : forge,
      });
      return;
    case 'removed':
      emit('forget', { ...state, sweep: 'waiting', postgres: NOTHING });
      return;
    case 'done':
  }
}
