import { z } from 'zod';
import type { State } from '../state/index.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

const KIND = 'clock reading';
const READING = 'last';
const Reading = z.object({ now: z.number(), machineNow: z.number(), speed: z.number() });

/**
 * A running clock that never goes back: after a restart, also after one without a chance to save anything, it goes on from where
 * its last reading would be by now, at the speed of the machine's. What is stored carries times of it, and a clock that went back
 * would bring expired things to life.
 */
export function createKeptClock(state: State): { readonly clock: VirtualClock; save(): void } {
  const left = state.read(KIND, Reading).get(READING);
  const machineNow = Date.now();
  const reached =
    left === undefined ? 0 : left.now + Math.max(0, machineNow - left.machineNow) * left.speed;
  const clock = createVirtualClock({ startMs: Math.max(machineNow, Math.ceil(reached)) });
  const save = (): void => {
    state.put(KIND, READING, clock.reading());
  };
  save();
  clock.onChange(save);
  return { clock, save };
}
