import { headKey, type Head } from '../bucket/head.ts';
import { keyTag, Sketch, symbolOf } from '../bucket/sketch.ts';
import { slotsOf } from '../bucket/slot.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';
import { bitsToHex, bucketSums, EMPTY_SUM, positions, type BucketSum } from './bucket-sums.ts';
import { examine } from './examine.ts';
import { freshenHashes } from './fresh-hashes.ts';
import { beginPass, endPass, fitsPass, isOfPass, type Pass, type PassSummary } from './pass.ts';
import { followerOf, type VerifyContext } from './verify-context.ts';

/** Rounds a bucket may lag before the pass is given up: about half a minute. */
const ROUNDS = 100;

/**
 * Layer one of verification: the digest in each head against the same sum over Postgres' versions. Equal means the same
 * records in the same versions. Writes go on meanwhile: a bucket counts from the moment it was seen equal, with that
 * moment's `seq`. Unequal and nothing dirty: the sketches name the keys, and strict reads decide. While Forge is the authority
 * it is the same with the log in the place of the dirty marks. A pass during which the register moves proves nothing.
 */
export async function compareDigests(context: VerifyContext): Promise<PassSummary> {
  const pass = await beginPass(context, 'digest');
  let pending = Array.from({ length: context.send.scope.buckets }, (_, bucket) => bucket);
  for (let round = 0; round < ROUNDS && pending.length > 0; round++) {
    if (context.shouldStop?.() === true || pass.isOvertaken) break;
    if (round > 0) await context.send.timing.sleep(Math.min(1_000, 50 * round));
    pending = await compareRound(context, pass, pending, round);
  }
  return endPass(context, pass, pending.length === 0);
}

/** Returns the buckets that could not be judged yet. */
async function compareRound(
  context: VerifyContext,
  pass: Pass,
  pending: readonly number[],
  round: number,
): Promise<number[]> {
  // The heads first: a head that is older than Postgres shows as lag, never as agreement.
  const heads = await headsOf(context, pass, pending, round);
  if (heads === undefined) return [...pending];
  // Before the sums: what had come back by then is in them.
  const back = followerOf(context) === 'postgres' ? await positions(context) : undefined;
  await freshenHashes(context, pending);
  const sums = await bucketSums(context, pending);
  const again: number[] = [];
  for (const bucket of pending) {
    // Something is on its way that would explain a difference.
    const mayLag = (head: Head, { dirty }: BucketSum): boolean =>
      back === undefined ? dirty > 0 : Math.max(back.get(bucket) ?? 0, head.f0) < head.seq;
    const head = heads.get(bucket);
    const sum = sums.get(bucket) ?? EMPTY_SUM;
    if (head?.dg === sum.digest && head.cnt === sum.live && sum.stale === 0) {
      pass.seqs.set(bucket, head.seq);
      pass.compared += sum.live;
    } else if (head === undefined || mayLag(head, sum) || sum.stale > 0 || round < 2) {
      again.push(bucket);
    } else {
      const findings = await locate(context, bucket, head);
      if (findings === 'moved') again.push(bucket);
      else pass.findings.push(...findings);
    }
  }
  return again;
}

/**
 * The heads of these buckets; undefined when one of them has left the register that the pass is about. The first look may be
 * behind, which shows as lag; only a strict read may say that the pass was overtaken.
 */
async function headsOf(
  context: VerifyContext,
  pass: Pass,
  buckets: readonly number[],
  round: number,
): Promise<ReadonlyMap<number, Head> | undefined> {
  const { send } = context;
  const isGlance = round === 0 && followerOf(context) === 'forge';
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

/** Names what differs in one bucket, from the sketches, or by reading the bucket when they overflow. */
async function locate(
  context: VerifyContext,
  bucket: number,
  head: Head,
): Promise<Pass['findings'] | 'moved'> {
  const { pool, scope, send } = context;
  const rows = await pool.query<{ key: string; h: string }>(
    `select key, h::text as h
     from mig_ver where tenant = $1 and grp = $2 and slot = any($3) and h is not null`,
    [scope.tenant, scope.group, slotsOf(bucket, send.scope.buckets)],
  );
  const keyOf = new Map(rows.rows.map((row) => [keyTag(row.key), row.key]));
  const ours = Sketch.empty(head.sk.size).withAll(
    rows.rows.map((row) => [symbolOf(row.key, bitsToHex(row.h)), 1] as const),
  );
  const difference = ours.minus(head.sk);
  const symbols = difference.complete
    ? [...difference.onlyLeft, ...difference.onlyRight]
    : undefined;
  const suspects =
    symbols === undefined
      ? new Set(keyOf.values())
      : new Set(symbols.flatMap((symbol) => keyOf.get(symbol.keyTag) ?? []));
  const findings = [...(await examine(context, suspects))];
  const now = await context.send.heads.readStrictly(context.send, bucket);
  if (now.seq !== head.seq) return 'moved';
  if (findings.length > 0) return findings;
  // Every record is as it should be, yet the head says otherwise: someone wrote past the layer, or wrote the head.
  const key = headKey(scope.group, bucket);
  return [{ key, class: 'rogue', detail: { headDigest: head.dg, headCount: head.cnt } }];
}
