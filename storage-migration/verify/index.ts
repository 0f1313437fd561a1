export { classify, type Expected } from './classify.ts';
export { compareDigests } from './compare-digests.ts';
export { type PassResult, type PassSummary } from './pass.ts';
export { recheck } from './recheck.ts';
export { findBroken, repair, type RepairContext, type RepairOptions } from './repair.ts';
export { scrub, scrubAhead, type ScrubOptions } from './scrub-pass.ts';
export { scrubBucket } from './scrub.ts';
export {
  followerIn,
  type DifferenceClass,
  type Finding,
  type VerifyContext,
} from './verify-context.ts';
