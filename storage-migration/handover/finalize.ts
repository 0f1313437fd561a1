import { sweepParts } from '../copy/sweep-parts.ts';
import type { OperationsContext } from './operations-side.ts';
import { sealHeads } from './seal-heads.ts';
import { sweepSealed, type Swept } from './sweep.ts';

export interface Finalized extends Swept {
  /** Records that came back from Forge before its heads were sealed. */
  readonly applied: number;
}

/**
 * `settled` → `final`: Forge becomes the only holder. Brings back the last of what Forge wrote, seals every head, and then
 * removes log entries, tombstones and superseded parts. The gate stays closed for ever; Postgres' rows stay as they were at the seal, as an
 * archive. Irreversible from its first step on. After a crash it is run again, or `recoverAll` runs it. Throws
 * `stage.unexpected` when the tenant is not settled; nothing was touched then.
 */
export async function finalize(
  context: OperationsContext,
  who: string,
  reason: string,
): Promise<Finalized> {
  const { stage } = await context.operations.standing();
  if (stage !== 'final') await context.operations.beginSealing(who, reason);
  return finishFinalize(context, who);
}

/** What is left of a finalize that has begun. */
export async function finishFinalize(context: OperationsContext, who: string): Promise<Finalized> {
  const { postgres, operations } = context;
  const { stage } = await operations.standing();
  let applied = 0;
  if (stage !== 'final') {
    applied = await sealHeads(context);
    // Whatever stage a slow coordinator has left: with every head sealed only one is true.
    await postgres.changeStage({
      ...{ who, action: 'final', from: [stage], to: 'final', despiteCondition: true },
    });
  }
  const swept = await sweepSealed(context);
  // Superseded parts: what is left of values that fitted no item.
  await sweepParts(context.send, context.group);
  await operations.endSweep(who);
  return { applied, ...swept };
}
