import { convergeToPostgres } from './converge.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { resume } from './moves.ts';
import { noLongerThan } from './no-longer-than.ts';
import { reverseBuckets } from './reverse.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';
import { urgent } from '../copy/send-context.ts';

export interface RolledBack {
  readonly epoch: number;
  /** Records that came back from Forge. */
  readonly applied: number;
  /** From the first head that turned to the open gate. */
  readonly frozenMs: number;
}

/**
 * `live` or `settled` → `rewinding` → `verify`: Forge's writers stop, everything they wrote comes back, Postgres takes
 * writes again. Keeps every write made since the cut-over. Running it again after a crash goes on where it stopped.
 */
export async function rollback(
  context: HandoverContext,
  who: string,
  reason: string,
): Promise<RolledBack> {
  const { postgres, send } = context;
  // What stops it would stop the way back as well, and there it is dealt with.
  const before = await catchUp(context).catch(() => 0);
  const operation = await postgres.changeStage({
    ...{ who, reason, action: 'rollback', to: 'rewinding' },
    ...{ from: ['live', 'settled', 'rewinding'], despiteCondition: true },
  });
  const begun = send.timing.now();
  const converged = await convergeToPostgres(context);
  const frozenMs = send.timing.now() - begun;
  await postgres.changeStage({
    ...{ who, operation, action: 'verify', from: ['rewinding'], to: 'verify' },
    despiteCondition: true,
  });
  return { epoch: converged.epoch, applied: before + converged.applied, frozenMs };
}

/** Turns of catching up, and how long they may take together: users of a busy tenant write as fast as it goes. */
const TURNS = 2;
const CATCH_UP_MS = 5_000;
/** Fewer entries than these are back soon; hardly anything is written while users wait for units. */
const WORTH_ANOTHER = 200;

/**
 * While Forge's users still write: brings back what is there, and returns how much it was. What comes back now does not have
 * to come back while they wait. Its units go before theirs: a moment of slow answers is better than a longer one of none.
 */
async function catchUp(slow: HandoverContext): Promise<number> {
  const end = slow.send.timing.now() + CATCH_UP_MS;
  const context = { ...slow, send: noLongerThan(urgent(slow.send), end) };
  const { postgres, send } = context;
  const stage = await postgres.stage();
  if (stage !== 'live' && stage !== 'settled') return 0;
  let caught = 0;
  const shouldStop = (): boolean => send.timing.now() > end;
  for (let turn = 0; turn < TURNS && !shouldStop(); turn += 1) {
    const heads = new Map([...(await glanceAtHeads(send))].filter(([, { auth }]) => auth === 'F'));
    let applied = 0;
    for (const one of (await reverseBuckets(context, heads, { shouldStop })).values()) {
      applied += one.applied;
    }
    caught += applied;
    if (applied < WORTH_ANOTHER) break;
  }
  return caught;
}

/**
 * The abort of a rollback that has not opened the gate yet: every bucket that is draining goes back to Forge. Returns false
 * when some bucket is with Postgres already; then only the rollback can be finished.
 */
export async function resumeForge(
  context: HandoverContext,
  who: string,
  reason: string,
): Promise<boolean> {
  const { postgres, send } = context;
  const heads = await readHeads(send);
  if ([...heads.values()].some((head) => head.auth === 'P')) return false;
  const resumed = await moveHeads(send, heads, resume);
  if (![...resumed.values()].every((head) => head.auth === 'F')) return false;
  await postgres.changeStage({
    ...{ who, reason, action: 'resume', from: ['rewinding'], to: 'live' },
    despiteCondition: true,
  });
  return true;
}
