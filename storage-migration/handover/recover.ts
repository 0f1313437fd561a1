import { changeStage } from './change-stage.ts';
import { convergeToPostgres } from './converge.ts';
import type { HandoverContext } from './handover-context.ts';
import { readHeads } from './read-heads.ts';
import { readTenant } from '../postgres/tenant-row.ts';
import type { Stage } from '../terms.ts';

/**
 * Finishes or undoes what a dead process left: the heads say how far it came. `draining` with every head at Forge is `live`;
 * any other `draining`, and every `rewinding`, goes back to Postgres. Returns the stage that the tenant is in then.
 */
export async function recover(context: HandoverContext, who: string): Promise<Stage | undefined> {
  const { pool, scope, send } = context;
  const stage = (await readTenant(pool, scope))?.stage;
  if (stage !== 'draining' && stage !== 'rewinding') return stage;
  const heads = await readHeads(send);
  const isLive = stage === 'draining' && [...heads.values()].every((head) => head.auth === 'F');
  if (!isLive) await convergeToPostgres(context);
  const to = isLive ? 'live' : 'verify';
  const action = { ...scope, who, action: 'recover', from: [stage], to } as const;
  await changeStage(pool, { ...action, despiteCondition: true });
  return to;
}
