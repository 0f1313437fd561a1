import { findExtras } from './find-extras.ts';
import { beginPass, endPass } from './pass.ts';
import type { PassSummary } from './compare-digests.ts';
import { scrubBucket } from './scrub.ts';
import type { VerifyContext } from './verify-context.ts';

/**
 * One physical scrub of the whole tenant: every bucket read back, then a search for records that should not be there.
 * `lanes` buckets are read at once.
 */
export async function scrub(context: VerifyContext, lanes = 4): Promise<PassSummary> {
  const pass = await beginPass(context, 'scrub');
  const lane = async (first: number): Promise<boolean> => {
    for (let bucket = first; bucket < context.send.scope.buckets; bucket += lanes) {
      const result = await scrubBucket(context, bucket);
      pass.findings.push(...result.findings);
      pass.compared += result.compared;
      if (!result.complete) return false;
    }
    return true;
  };
  const ended = await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  let complete = !ended.includes(false);
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
