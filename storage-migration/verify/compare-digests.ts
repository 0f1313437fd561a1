import type { Head } from '../bucket/head.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';
import { positionsOf } from '../postgres/positions.ts';
import { compareVersions } from '../terms.ts';
import { bucketSums } from './bucket-sums.ts';
import { freshenHashes } from './fresh-hashes.ts';
import { gapBetween, isClosed } from './gap.ts';
import { locate, type Unequal } from './locate.ts';
import { beginPass, endPass, fitsPass, isOfPass, type Pass, type PassSummary } from './pass.ts';
import { followerOf, type VerifyContext } from './verify-context.ts';

/** Rounds a bucket may lag before the pass is given up: about half a minute. */
const ROUNDS = 100;
/** Rounds that look at the heads in batches, which may be behind. Whatever is still unequal then is read strictly, at once. */
const GLANCES = 1;

export interface Compared {
  readonly summary: PassSummary;
  /** Every head that was found equal, as it was then. */
  readonly heads: ReadonlyMap<number, Head>;
}

/**
 * Layer one of verification: the digest in each head against the same sum over Postgres' versions. Equal means the same
 * records in the same versions. Writes go on meanwhile: a bucket counts from the moment it was seen equal, with that
 * moment's `seq`. Unequal and nothing dirty: see {@link locate}. While Forge is the authority it is the same with the log in
 * the place of the dirty marks. A pass during which the register moves proves nothing.
 */
export async function compareDigests(context: VerifyContext): Promise<PassSummary> {
  return (await compareHeads(context)).summary;
}

/** As {@link compareDigests}, for whoever goes on with the heads that were compared. */
export async function compareHeads(context: VerifyContext): Promise<Compared> {
  const heads = new Map<number, Head>();
  const pass = await beginPass(context, 'digest');
  let pending = Array.from({ length: context.send.scope.buckets }, (_, bucket) => bucket);
  for (let round = 0; round < ROUNDS && pending.length > 0; round++) {
    if (context.shouldStop?.() === true || pass.isOvertaken) break;
    if (round > GLANCES) await context.send.timing.sleep(Math.min(1_000, 50 * round));
    pending = await compareRound(context, pass, { pending, round }, heads);
  }
  return { summary: await endPass(context, pass, pending.length === 0), heads };
}

/** Returns the buckets that could not be judged yet. */
async function compareRound(
  context: VerifyContext,
  pass: Pass,
  { pending, round }: { readonly pending: readonly number[]; readonly round: number },
  equal: Map<number, Head>,
): Promise<number[]> {
  // The heads first: a head that is older than Postgres shows as lag, never as agreement.
  const heads = await headsOf(context, pass, pending, round);
  if (heads === undefined) return [...pending];
  // Before the sums: what had come back by then is in them.
  const back =
    followerOf(context) === 'postgres' ? await positionsOf(context.pool, context.scope) : undefined;
  await freshenHashes(context, pending);
  const sums = await bucketSums(context, pending);
  const again: number[] = [];
  const unequal: Unequal[] = [];
  for (const bucket of pending) {
    const head = heads.get(bucket);
    const sum = sums.get(bucket);
    if (head === undefined || sum === undefined || sum.stale > 0) {
      again.push(bucket);
    } else if (isClosed(gapBetween(sum, head))) {
      equal.set(bucket, head);
      pass.seqs.set(bucket, head.seq);
      pass.compared += sum.live;
    } else {
      // Something is on its way that would explain a difference.
      const mayLag =
        back === undefined ? sum.dirty > 0 : Math.max(back.get(bucket) ?? 0, head.f0) < head.seq;
      const isSettled =
        back === undefined && compareVersions({ e: head.epoch, n: head.seq }, sum.seen) >= 0;
      if (mayLag || (!isSettled && round < GLANCES)) again.push(bucket);
      else unequal.push({ bucket, head, sum, isSettled });
    }
  }
  const { proven, seen, moved } = await locate(context, unequal);
  pass.findings.push(...proven, ...seen);
  for (const finding of proven) pass.proven.add(finding);
  return [...again, ...moved];
}

/**
 * The heads of these buckets; undefined when one of them has left the register that the pass is about. The first looks may be
 * behind, which shows as lag; only a strict read may say that the pass was overtaken.
 */
async function headsOf(
  context: VerifyContext,
  pass: Pass,
  buckets: readonly number[],
  round: number,
): Promise<ReadonlyMap<number, Head> | undefined> {
  const { send } = context;
  const isGlance = round < GLANCES && context.isHasty !== true && followerOf(context) === 'forge';
  const seen = isGlance
    ? await glanceAtHeads(send, 'scrub', buckets)
    : await readHeads(send, buckets);
  const sure = new Map<number, Head>();
  for (const [bucket, head] of seen) {
    const isDoubtful = isGlance && !fitsPass(context, pass, bucket, head);
    const now = isDoubtful ? await send.heads.readStrictly(send, bucket) : head;
    if (!isOfPass(context, pass, bucket, now)) return undefined;
    sure.set(bucket, now);
  }
  return sure;
}
