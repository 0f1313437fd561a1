import { backfillBuckets } from '../copy/backfill.ts';
import { pushBuckets } from '../copy/push-buckets.ts';
import { sweepParts } from '../copy/sweep-parts.ts';
import { glanceAtHeads } from '../copy/read-heads.ts';
import { driveErasures } from '../handover/erase.ts';
import { reverseBuckets } from '../handover/reverse.ts';
import { expectError } from './expected-errors.ts';
import type { Stage } from '../terms.ts';
import { NOTES } from './notes.ts';
import type { Plan } from './plan.ts';
import { isCurrent, type Actor } from './actor.ts';
import type { World } from './world.ts';

const LANES = 2;
/** Between two turns of a job that had something to do, and of one that had not. */
const BUSY_MS = 300;
const IDLE_MS = 2_000;
/** Until it looks again whether there is a token. */
const NO_TOKEN_MS = 120_000;
/** Between two sweeps of parts that nothing points to. */
const TIDY_MS = 15_000;

/**
 * A worker process: copies, pushes, verifies, side by side over one memory of the heads, as the real one does. Ends when it
 * met an error, as the real one drops its lane; whoever started it starts another.
 */
export async function runWorker(
  world: World,
  actor: Actor,
  { pulls, tidies, erases }: Pick<Plan, 'pulls' | 'tidies'> & { readonly erases: boolean },
): Promise<void> {
  const { scheduler, history } = world;
  const { connection, context, process } = actor;
  const { send, ledger, postgres } = context;
  let hasFailed = false;

  /** As the real one's `laneOf`: a condition stops all work. */
  const stageOf = async (): Promise<Stage | undefined> => {
    const { stage, condition } = await context.operations.standing();
    return condition === null ? stage : undefined;
  };

  const keepDoing = async (job: () => Promise<boolean>): Promise<void> => {
    // An app that was installed again has other storage: this process is over.
    while (!hasFailed && isCurrent(world, actor)) {
      if (world.isTokenGone) {
        await scheduler.sleep(process, NO_TOKEN_MS);
        continue;
      }
      let isBusy = true;
      try {
        isBusy = await job();
      } catch (error) {
        expectError(history, process.name, error, world.mayBeRefused);
        hasFailed = true;
      }
      await scheduler.sleep(process, isBusy ? BUSY_MS : IDLE_MS);
    }
  };

  const copy = async (): Promise<boolean> => {
    if ((await stageOf()) !== 'copy') return false;
    const queue = Array.from({ length: world.plan.buckets }, (_, bucket) => bucket);
    const options = { context: send, group: NOTES, source: connection.reader, ledger };
    await Promise.all(
      Array.from({ length: LANES }, () => backfillBuckets(options, () => queue.shift())),
    );
    for (let bucket = 0; bucket < world.plan.buckets; bucket += 1) {
      const { epoch, seq, bf } = await send.heads.read(send, bucket);
      await ledger.acknowledge(bucket, [], { epoch, seq, cursor: bf });
    }
    return connection.leaveCopy();
  };

  const push = async (): Promise<boolean> => {
    const stage = await stageOf();
    if (stage !== 'copy' && stage !== 'verify' && stage !== 'draining') return false;
    const dirty = await postgres.dirty(100);
    await pushBuckets({ context: send, group: NOTES, ledger }, dirty);
    return dirty.size > 0;
  };

  const verify = async (): Promise<boolean> => {
    if ((await stageOf()) !== 'verify') return false;
    const { epoch } = await postgres.readGate();
    if ((await postgres.cleanPass(send.scope.incarnation, epoch)) !== undefined) return false;
    const { result } = await postgres.compareDigests(send, () => hasFailed);
    if (result === 'clean') await connection.notePass(epoch);
    return true;
  };

  const pull = async (): Promise<boolean> => {
    const stage = await stageOf();
    if (stage !== 'live' && stage !== 'settled') return false;
    // What a batch shows may be behind: a head may still seem to be with Postgres.
    await reverseBuckets(context, await glanceAtHeads(send));
    return true;
  };

  const erase = async (): Promise<boolean> => {
    await scheduler.sleep(process, BUSY_MS);
    return (await driveErasures(context, process.name)).records > 0;
  };

  const tidy = async (): Promise<boolean> => {
    await scheduler.sleep(process, TIDY_MS);
    if ((await stageOf()) === undefined) return false;
    world.counts.partsSwept += (await sweepParts(send, NOTES)).gone;
    return false;
  };

  await Promise.all(
    [
      ...[copy, push, verify],
      ...[...(pulls ? [pull] : []), ...(tidies ? [tidy] : []), ...(erases ? [erase] : [])],
    ].map(keepDoing),
  );
}
