export { classify, type Expected } from './classify.ts';
export { compareDigests, type PassSummary } from './compare-digests.ts';
export { scrub, scrubAhead, type ScrubOptions } from './scrub-pass.ts';
export { scrubBucket } from './scrub.ts';
export type { DifferenceClass, Finding, VerifyContext } from './verify-context.ts';
