import { inLanes, LANES } from '../copy/in-lanes.ts';
import { unreachable } from '../copy/insist.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';
import { backOff } from '../copy/reach.ts';
import { LayerError } from '../errors.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { flip, resume, seal, type Move } from './moves.ts';
import { reverseBucket } from './reverse.ts';

/** A bucket that is written all the time may be written between its drain and its seal. */
const ATTEMPTS = 60;

/**
 * Step `seal` for every bucket: brings back what Forge wrote and seals the head that this was all of, until no other head is
 * left. Writers go on meanwhile. May be run at any time, by anybody, twice at once. Returns how many records came back.
 *
 * A coordinator that was overtaken can have turned some heads back. Those take the way forward too: what drains resumes,
 * and what is with Postgres already goes to Forge again, since a gate above a sealed head never opens. Before anything is
 * sealed, a head with Postgres means that the tenant is not settled. Throws `stage.unexpected`.
 */
export async function sealHeads(context: HandoverContext): Promise<number> {
  const { send, postgres } = context;
  let applied = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    let heads = attempt === 0 ? await glanceAtHeads(send) : await readHeads(send);
    if ([...heads.values()].every((head) => head.auth === 'S')) return applied;
    const isBegun = [...heads.values()].some((head) => head.auth === 'S');
    const isForward = isBegun && !(await postgres.readGate()).isOpen;
    if (!isForward && [...heads.values()].some((head) => head.auth === 'P')) {
      // A batch may be behind; what was read strictly is no mistake.
      if (attempt === 0) continue;
      throw new LayerError('stage.unexpected', 'some heads are with Postgres: recover first');
    }
    heads = await moveHeads(send, heads, isForward ? forward : resume);
    const open = [...heads].filter(([, head]) => head.auth !== 'S').map(([bucket]) => bucket);
    let sealed = 0;
    await inLanes(open, LANES, async (bucket) => {
      const result = await sealBucket(context, bucket);
      applied += result.applied;
      if (result.isSealed) sealed += 1;
    });
    if (sealed === open.length) return applied;
    if (attempt > 0) await backOff(send, Math.min(attempt, 3));
  }
  throw unreachable(new Error('some heads could not be sealed'));
}

const forward: Move = (head) => resume(head) ?? flip(head.epoch)(head);

/**
 * One bucket from a fresh look to its seal without a pause: a bucket that is written all the time stands still only that long.
 * What stands elsewhere, or was written meanwhile, is left for the next round.
 */
async function sealBucket(
  context: HandoverContext,
  bucket: number,
): Promise<{ readonly applied: number; readonly isSealed: boolean }> {
  const { send } = context;
  const head = await send.heads.readStrictly(send, bucket);
  if (head.auth !== 'F') return { applied: 0, isSealed: head.auth === 'S' };
  const { applied, position } = await reverseBucket(context, bucket, head);
  const isDrained = Math.max(position, head.f0) >= head.seq;
  // Only the head that was drained: one that had to be read again is another.
  const move = seal((one) => one === head && isDrained);
  const now = await moveHeads(send, new Map([[bucket, head]]), move);
  return { applied, isSealed: now.get(bucket)?.auth === 'S' };
}
