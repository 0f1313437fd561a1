import { driveErasures } from '../handover/erase.ts';
import type { Actor } from './actor.ts';
import type { World } from './world.ts';

/** Rounds before the rest is left to a worker. */
const ROUNDS = 6;
const PAUSE_MS = 250;

/** Erases one record as the operator's tool does; what has to wait is left to a worker. */
export async function runErase(
  { scheduler }: World,
  { context, process }: Actor,
  key: string,
): Promise<void> {
  const open = await context.operations.openErasures();
  const isBegun = open.some(({ keys }) => keys.some((one) => one.key === key));
  if (!isBegun) await context.operations.beginErasure([key], process.name, 'asked for');
  for (let round = 0; round < ROUNDS; round += 1) {
    if ((await driveErasures(context, process.name)).waiting === 0) return;
    await scheduler.sleep(process, PAUSE_MS);
  }
}
