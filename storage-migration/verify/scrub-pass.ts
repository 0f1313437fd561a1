import { bucketHorizon } from './horizon.ts';
import { findExtras } from './find-extras.ts';
import { beginPass, endPass, isOfPass, type Pass, type PassSummary } from './pass.ts';
import { scrubBucket, type BucketScrub } from './scrub.ts';
import { followerOf, type VerifyContext } from './verify-context.ts';

export interface ScrubOptions {
  /** Buckets read at once. Default 4. */
  readonly lanes?: number;
  /** Read again what was found right while the copy was still going on. Default false. */
  readonly again?: boolean;
}

/**
 * The physical scrub of a tenant: every bucket read back that was not yet, or not at this epoch, or too long ago, then a
 * search for records that should not be there. Ends clean only when no bucket is left. While Forge is the authority every
 * bucket is read, and nothing of it counts for a later cut-over.
 */
export async function scrub(
  context: VerifyContext,
  options: ScrubOptions = {},
): Promise<PassSummary> {
  const pass = await beginPass(context, 'scrub');
  const isForge = followerOf(context) === 'postgres';
  const buckets = await unscrubbed(context, isForge || options.again === true);
  let complete = await scrubBuckets(context, pass, buckets, options.lanes ?? 4, (result) => {
    pass.findings.push(...result.findings);
    pass.compared += result.compared;
  });
  if (complete) {
    const extras = await findExtras(context);
    pass.findings.push(...extras.findings);
    complete = extras.complete;
  }
  if (!isForge) await takeOverSeqs(context, pass);
  return endPass(context, pass, complete);
}

/**
 * Reads back the buckets whose backfill is done while others are still being copied: reads have a budget of their own. What
 * is not found right here is left for the pass, which reports it. Returns how many buckets it settled.
 */
export async function scrubAhead(context: VerifyContext, lanes = 2): Promise<number> {
  let settled = 0;
  await scrubBuckets(context, undefined, await unscrubbed(context, false), lanes, (result) => {
    if (result.findings.length === 0) settled += 1;
  });
  return settled;
}

/** False when it was asked to stop, or was overtaken, before all were read. */
async function scrubBuckets(
  context: VerifyContext,
  pass: Pass | undefined,
  buckets: readonly number[],
  lanes: number,
  onBucket: (result: BucketScrub) => void,
): Promise<boolean> {
  const queue = [...buckets];
  const lane = async (): Promise<boolean> => {
    for (let bucket = queue.shift(); bucket !== undefined; bucket = queue.shift()) {
      const result = await scrubOne(context, pass, bucket);
      if (result?.complete !== true) return false;
      onBucket(result);
    }
    return true;
  };
  const ended = await Promise.all(Array.from({ length: lanes }, lane));
  return !ended.includes(false);
}

/** Undefined when the register has moved meanwhile: what was read is of two authorities then. */
async function scrubOne(
  context: VerifyContext,
  pass: Pass | undefined,
  bucket: number,
): Promise<BucketScrub | undefined> {
  const { send } = context;
  const isForge = followerOf(context) === 'postgres';
  // Before the reading: what is written after these two moments may be missed by it, and nothing else.
  const horizon = await bucketHorizon(context, bucket);
  const head = await send.heads.readStrictly(send, bucket);
  const result = await scrubBucket(context, bucket);
  const after = await send.heads.readStrictly(send, bucket);
  if (after.epoch !== head.epoch || after.auth !== head.auth) {
    if (pass !== undefined) pass.isOvertaken = true;
    return undefined;
  }
  if (pass !== undefined && !isOfPass(context, pass, bucket, after)) return undefined;
  pass?.seqs.set(bucket, head.seq);
  if (!isForge && result.findings.length > 0) await unsettle(context, bucket);
  else if (!isForge && result.complete) {
    await settle(context, bucket, { epoch: head.epoch, seq: head.seq, horizon });
  }
  return result;
}

/** Hours after which a bucket that was found right is read again, so that a long pass is fresh for as long again. */
const HOURS = 12;

async function unscrubbed(context: VerifyContext, all: boolean): Promise<number[]> {
  const found = await context.pool.query<{ bucket: number }>(
    `select r.bucket from mig_racked r left join mig_gate g using (tenant, grp)
     where r.tenant = $1 and r.grp = $2 and (r.bf_done or $3)
       and ($3 or r.scrubbed_at is null or r.scrubbed_at < now() - make_interval(hours => $4)
         or r.scrubbed_epoch is distinct from coalesce(g.epoch, 1))
     order by r.bucket`,
    [context.scope.tenant, context.scope.group, all, HOURS],
  );
  return found.rows.map((row) => row.bucket);
}

async function settle(
  { pool, scope }: VerifyContext,
  bucket: number,
  { epoch, seq, horizon }: { epoch: number; seq: number; horizon: string },
): Promise<void> {
  await pool.query(
    `update mig_racked
     set scrubbed_at = now(), scrubbed_epoch = $4, scrubbed_seq = $5, scrubbed_xact = $6::xid8
     where tenant = $1 and grp = $2 and bucket = $3`,
    [scope.tenant, scope.group, bucket, epoch, seq, horizon],
  );
}

/** What an earlier look found right counts no more: the next pass reads the bucket again. */
async function unsettle({ pool, scope }: VerifyContext, bucket: number): Promise<void> {
  await pool.query(
    'update mig_racked set scrubbed_at = null where tenant = $1 and grp = $2 and bucket = $3',
    [scope.tenant, scope.group, bucket],
  );
}

/** Buckets that were read before the pass bring the `seq` they were found right at. */
async function takeOverSeqs({ pool, scope }: VerifyContext, pass: Pass): Promise<void> {
  const found = await pool.query<{ bucket: number; seq: string }>(
    `select bucket, scrubbed_seq as seq from mig_racked
     where tenant = $1 and grp = $2 and scrubbed_at is not null and scrubbed_epoch = $3`,
    [scope.tenant, scope.group, pass.epoch],
  );
  for (const { bucket, seq } of found.rows) {
    if (!pass.seqs.has(bucket)) pass.seqs.set(bucket, Number(seq));
  }
}
