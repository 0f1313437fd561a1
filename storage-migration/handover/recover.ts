import type { Head } from '../bucket/head.ts';
import { LayerError } from '../errors.ts';
import type { Stage } from '../terms.ts';
import { convergeToPostgres } from './converge.ts';
import type { HandoverContext } from './handover-context.ts';
import type { Gate } from './postgres-side.ts';
import { readHeads } from '../copy/read-heads.ts';

/** The stage may change while the heads are read. */
const ATTEMPTS = 5;

/**
 * Finishes or undoes what dead or slow processes left. The heads and the gate say how far it came, never the stage alone: a
 * coordinator that was overtaken can leave a head above the others, or a stage that is no longer true. All heads with Forge
 * is `live`; all with Postgres at the open gate's epoch is left as it is; everything else, and every `draining` or
 * `rewinding` short of that, goes back to Postgres. Returns the stage that the tenant is in then.
 */
export async function recover(context: HandoverContext, who: string): Promise<Stage | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await recoverOnce(context, who);
    } catch (error) {
      const isOvertaken = error instanceof LayerError && error.code === 'stage.unexpected';
      if (!isOvertaken || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function recoverOnce(context: HandoverContext, who: string): Promise<Stage | undefined> {
  const { postgres, send } = context;
  const stage = await postgres.stage();
  if (stage === undefined || stage === 'off' || stage === 'final') return stage;
  const heads = [...(await readHeads(send)).values()];
  const isAtForge = stage !== 'rewinding' && heads.every((head) => head.auth === 'F');
  const isUnderWay = stage === 'draining' || stage === 'rewinding';
  if (!isAtForge && (isUnderWay || !isAtPostgres(heads, await postgres.readGate()))) {
    await convergeToPostgres(context);
  }
  const to = stageOf(stage, isAtForge);
  if (to !== stage) {
    await postgres.changeStage({
      ...{ who, action: 'recover', from: [stage], to },
      despiteCondition: true,
    });
  }
  return to;
}

/** Postgres takes writes, and what it sends is fenced off nowhere. */
function isAtPostgres(heads: readonly Head[], gate: Gate): boolean {
  return gate.isOpen && heads.every((head) => head.auth === 'P' && head.epoch === gate.epoch);
}

function stageOf(stage: Stage, isAtForge: boolean): Stage {
  if (isAtForge) return stage === 'settled' ? 'settled' : 'live';
  return stage === 'copy' ? 'copy' : 'verify';
}
