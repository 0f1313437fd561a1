import { z } from 'zod';
import type { State } from '../state/index.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

const KIND = 'clock';
const OFFSET = 'offset';

/**
 * A running clock that goes on, after a restart, as far ahead of the machine's as it was left: what is stored carries times of
 * it, and a clock that went back would bring expired things to life.
 */
export function createKeptClock(state: State): { readonly clock: VirtualClock; save(): void } {
  const offset = state.read(KIND, z.number()).get(OFFSET) ?? 0;
  const clock = createVirtualClock({ startMs: Date.now() + offset });
  const save = (): void => {
    state.put(KIND, OFFSET, Math.max(0, clock.offset));
  };
  clock.onChange(save);
  return { clock, save };
}
