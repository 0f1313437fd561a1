import { findExtras } from './find-extras.ts';
import { beginPass, endPass } from './pass.ts';
import type { PassSummary } from './compare-digests.ts';
import { scrubBucket, type BucketScrub } from './scrub.ts';
import type { VerifyContext } from './verify-context.ts';

export interface ScrubOptions {
  /** Buckets read at once. Default 4. */
  readonly lanes?: number;
  /** Read again what was found right while the copy was still going on. Default false. */
  readonly again?: boolean;
}

/**
 * The physical scrub of a tenant: every bucket read back that was not yet, then a search for records that should not be
 * there. Ends clean only when no bucket is left.
 */
export async function scrub(
  context: VerifyContext,
  options: ScrubOptions = {},
): Promise<PassSummary> {
  const pass = await beginPass(context, 'scrub');
  const buckets = await unscrubbed(context, options.again === true);
  let complete = await scrubBuckets(context, buckets, options.lanes ?? 4, (result) => {
    pass.findings.push(...result.findings);
    pass.compared += result.compared;
  });
  if (complete) {
    const extras = await findExtras(context);
    pass.findings.push(...extras.findings);
    complete = extras.complete;
  }
  const result = await endPass(context, pass, complete);
  return {
    passId: pass.passId,
    result,
    differences: pass.findings.length,
    compared: pass.compared,
  };
}

/**
 * Reads back the buckets whose backfill is done while others are still being copied: reads have a budget of their own. What
 * is not found right here is left for the pass, which reports it. Returns how many buckets it settled.
 */
export async function scrubAhead(context: VerifyContext, lanes = 2): Promise<number> {
  let settled = 0;
  await scrubBuckets(context, await unscrubbed(context, false), lanes, (result) => {
    if (result.findings.length === 0) settled += 1;
  });
  return settled;
}

/** False when it was asked to stop before all were read. */
async function scrubBuckets(
  context: VerifyContext,
  buckets: readonly number[],
  lanes: number,
  onBucket: (result: BucketScrub) => void,
): Promise<boolean> {
  const queue = [...buckets];
  const lane = async (): Promise<boolean> => {
    for (let bucket = queue.shift(); bucket !== undefined; bucket = queue.shift()) {
      const result = await scrubBucket(context, bucket);
      if (!result.complete) return false;
      if (result.findings.length === 0) await settle(context, bucket);
      onBucket(result);
    }
    return true;
  };
  const ended = await Promise.all(Array.from({ length: lanes }, lane));
  return !ended.includes(false);
}

async function unscrubbed(context: VerifyContext, all: boolean): Promise<number[]> {
  const found = await context.pool.query<{ bucket: number }>(
    `select bucket from mig_racked
     where tenant = $1 and grp = $2 and bf_done and ($3 or scrubbed_at is null) order by bucket`,
    [context.scope.tenant, context.scope.group, all],
  );
  return found.rows.map((row) => row.bucket);
}

async function settle(context: VerifyContext, bucket: number): Promise<void> {
  await context.pool.query(
    'update mig_racked set scrubbed_at = now() where tenant = $1 and grp = $2 and bucket = $3',
    [context.scope.tenant, context.scope.group, bucket],
  );
}
