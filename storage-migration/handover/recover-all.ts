import type { Head } from '../bucket/head.ts';
import { readHeads } from '../copy/read-heads.ts';
import type { Stage } from '../terms.ts';
import { convergeToPostgres } from './converge.ts';
import { finishFinalize } from './finalize.ts';
import { moveHeads } from './move-heads.ts';
import { turn } from './moves.ts';
import type { OperationsContext } from './operations-side.ts';
import { recover } from './recover.ts';
import { strandedOf } from './stranded.ts';

/**
 * `recover`, for whatever an operation can have left: a finalize that was killed is finished, since nothing leads back from
 * it; after a forced failover, what Forge still holds is set apart and its heads go back to Postgres; anything else is as
 * `recover` says. Returns the stage that the tenant is in then.
 */
export async function recoverAll(
  context: OperationsContext,
  who: string,
): Promise<Stage | undefined> {
  const { operations } = context;
  const standing = await operations.standing();
  if (standing.stage === 'off' || standing.condition === 'terminated') return standing.stage;
  if (standing.isForced) {
    await takeBack(context, who);
    return 'verify';
  }
  if (standing.stage === 'final' || standing.isSealing) {
    const heads = await readHeads(context.send);
    // Begun and nothing sealed yet, while a slow coordinator took the tenant back: then it is an ordinary way back.
    const isLost = ![...heads.values()].some(isSealed) && [...heads.values()].some(isAtPostgres);
    if (!isLost) {
      if (!standing.isSwept) await finishFinalize(context, who);
      return 'final';
    }
  }
  return recover(context, who);
}

const isSealed = ({ auth }: Head): boolean => auth === 'S';
const isAtPostgres = ({ auth }: Head): boolean => auth === 'P';

/**
 * Forge is back after Postgres was opened without it. Its writers stop, what it wrote is held record by record, and its
 * heads go to Postgres' authority. Nothing is merged: each record waits for a person. May be repeated.
 */
async function takeBack(context: OperationsContext, who: string): Promise<void> {
  const { send, operations } = context;
  const turned = await moveHeads(send, await readHeads(send), turn);
  for (const [bucket, head] of turned) {
    if (head.auth !== 'D') continue;
    const records = await strandedOf(context, bucket, head);
    await operations.strand(bucket, head.seq, records, who);
  }
  await convergeToPostgres(context);
  await operations.endForced(who);
}
