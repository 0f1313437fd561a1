import { convergeToPostgres } from './converge.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { resume } from './moves.ts';
import { readHeads } from '../copy/read-heads.ts';

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
  return { ...converged, frozenMs };
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
