import { at } from '../check/at.ts';
import type { Emit } from '../check/model.ts';
import { IDLE, NOTHING, SEALED } from './erasure-state.ts';
import type { Driver, ErasureRules, ErasureState } from './erasure-state.ts';

/** What one driver of the erasure may do next; it may also die. */
export function drive(
  rules: ErasureRules,
  state: ErasureState,
  d: number,
  emit: Emit<ErasureState>,
): void {
  const driver = at(state.drivers, d);
  const to = (change: Partial<Driver>, rest: Partial<ErasureState> = {}): ErasureState => ({
    ...state,
    ...rest,
    drivers: state.drivers.map((one, index) => (index === d ? { ...one, ...change } : one)),
  });
  const { place, mark, given } = state;
  switch (driver.at) {
    case 'idle':
      emit(`openErasures(${d})`, to({ at: mark > 0 ? 'noted' : 'listed', version: mark }));
      return;
    case 'listed':
      if (mark > 0) {
        emit(`eraseHere(${d})`, to({ at: 'noted', version: mark }));
      } else if (place === 'F' || place === 'S') {
        emit(`eraseHere(${d})`, to({ at: 'refused' }));
      } else {
        const n = given + 1;
        const rest = { postgres: { n, what: 'deleted' }, mark: n, given: n } as const;
        emit(`erase(${d})`, to({ at: 'noted', version: n }, rest));
      }
      break;
    case 'refused':
      emit(`forgeErase(${d})`, eraseAtForge(state, to));
      break;
    case 'deleted':
      emit(`noteErased(${d})`, note(rules, state, driver, to));
      break;
    case 'noted':
      for (const next of look(rules, state, driver, to)) emit(`look(${d})`, next);
      break;
    case 'swept':
      emit(
        `removeTombstone(${d})`,
        to(
          { at: 'ready', knowsFinal: true },
          rules.tombstoneFirst && state.forge.what === 'deleted' ? { forge: NOTHING } : {},
        ),
      );
      break;
    case 'ready':
      emit(`report(${d})`, report(rules, state, driver, to));
      break;
  }
  emit(`crash(${d})`, to(IDLE));
}

type To = (change: Partial<Driver>, rest?: Partial<ErasureState>) => ErasureState;

/** Under a seal a delete leaves no tombstone. What is deleted already is left alone. */
function eraseAtForge({ place, forge, given, ends }: ErasureState, to: To): ErasureState {
  if (place !== 'F' && place !== 'S') return to(IDLE);
  if (forge.what === 'deleted') return to({ at: 'deleted', version: forge.n, ends });
  if (place === 'S') return to({ at: 'deleted', version: SEALED, ends }, { forge: NOTHING });
  const n = given + 1;
  return to({ at: 'deleted', version: n, ends }, { forge: { n, what: 'deleted' }, given: n });
}

function note(rules: ErasureRules, state: ErasureState, driver: Driver, to: To): ErasureState {
  const { place, mark, postgres } = state;
  const { version } = driver;
  const isPresent = driver.ends === state.ends || !rules.notesPresentForge;
  const isAtForge = (place === 'F' || place === 'S') && isPresent;
  const mayNote = isAtForge || postgres.n === version || !rules.notesBeforeEnd;
  if (mark > 0 || !mayNote) return to(IDLE);
  return to({ at: 'noted' }, { mark: version });
}

/** Whether both sides hold the delete, or something newer. The archive of a sealed tenant is emptied here. */
function* look(
  rules: ErasureRules,
  { place, postgres, forge, mark }: ErasureState,
  { version }: Driver,
  to: To,
): Generator<ErasureState> {
  const isHere = postgres.n >= version;
  const isThere = forge.n >= version;
  if (place === 'off') {
    yield to({ at: 'ready' });
  } else if (place === 'S') {
    const archive = isHere ? postgres : ({ n: version, what: 'deleted' } as const);
    if (mark !== version && rules.archiveNamesDelete) yield to(IDLE);
    else if (isThere || forge.what === 'nothing') yield to({ at: 'swept' }, { postgres: archive });
  } else if (isHere && isThere) {
    yield to({ at: 'ready' });
  }
}

function report(rules: ErasureRules, state: ErasureState, driver: Driver, to: To): ErasureState {
  const isFinal = state.place === 'S';
  if (state.mark !== driver.version && rules.reportNamesDelete) return to(IDLE);
  if (isFinal && !driver.knowsFinal && rules.reportKnowsFinal) return to(IDLE);
  const hasRow = isFinal && state.postgres.what === 'deleted';
  return {
    ...state,
    ...{ reported: true, drivers: state.drivers.map(() => IDLE) },
    postgres: hasRow ? NOTHING : state.postgres,
  };
}
