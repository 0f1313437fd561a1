import type { Emit } from '../check/model.ts';
import {
  keyOf,
  nameOf,
  pairAt,
  type PartsRules,
  type PartsState,
  type Reader,
} from './parts-state.ts';

/**
 * A reader follows the pointer to the parts. A part that is missing means that the record has changed meanwhile, so it looks
 * again, between two looks at the head; only a head that stood still makes a missing part a broken record.
 */
export function readSteps(rules: PartsRules, state: PartsState, emit: Emit<PartsState>): void {
  const { reader, pointer, seq } = state;
  const go = (step: string, change: Partial<Reader>): void =>
    emit(step, { ...state, reader: { ...reader, ...change } });
  const look = (from: number): void => {
    if (pointer.n > 0) go('look', { phase: 'parts', name: nameOf(pointer), next: 0, seq: from });
  };
  switch (reader.phase) {
    case 'begin':
      look(-1);
      break;
    case 'parts':
      readPart(rules, state, go);
      break;
    case 'doubt':
      if (rules.brokenNeedsStandingHead) {
        if (reader.seq < 0) go('readHead', { seq });
        else look(reader.seq);
      } else if (pointer.n > 0 && nameOf(pointer) === reader.name) go('judge', { phase: 'broken' });
      else look(-1);
      break;
    case 'settling':
      if (reader.seq === seq) go('judge', { phase: 'broken' });
      else go('begin', { phase: 'doubt', seq: -1 });
      break;
    case 'whole':
    case 'broken':
      break;
  }
}

function readPart(
  rules: PartsRules,
  state: PartsState,
  go: (step: string, change: Partial<Reader>) => void,
): void {
  const { name, next, seq } = state.reader;
  const [n = '0', by = '0'] = name.split('.');
  const key = keyOf(rules, { n: Number(n), by: Number(by) });
  const isThere = pairAt(state, key)[next === 0 ? 0 : 1] === name;
  if (isThere) go('readPart', next === 1 ? { phase: 'whole' } : { next: 1 });
  else if (!rules.missingLooksAgain) go('missing', { phase: 'broken' });
  else go('missing', seq < 0 ? { phase: 'doubt' } : { phase: 'settling' });
}
