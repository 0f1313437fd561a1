export { backfillBucket, backfillBuckets } from './backfill.ts';
export type { BackfillOptions } from './backfill-options.ts';
export {
  DEFAULT_LIMITS,
  decide,
  newGovernor,
  onThrottled,
  type Priority,
  type QuotaLimits,
} from './governor.ts';
export { HeadBook } from './head-book.ts';
export { packNext, unitsOf, type Parcel } from './packer.ts';
export { pushBuckets } from './push-buckets.ts';
export { pushBucket, type PushOptions, type PushResult } from './push.ts';
export { UNIT_BYTES, unhurried, type SendContext } from './send-context.ts';
export { newCopyAccount, type CopyAccount, type TargetScope } from './reach.ts';
export { sweepParts, type Swept } from './sweep-parts.ts';
export type { Acknowledged, Ledger, Seen, Slice, SliceReader } from './source.ts';
export {
  memoryGovernorStore,
  SYSTEM_TIMING,
  UnitAccount,
  type GovernorStore,
  type Timing,
  type Waiting,
} from './unit-account.ts';
