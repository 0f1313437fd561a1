/** What stops a tenant until a person decides, how it is noticed, and what can be decided. */
export { databaseLife, knownLife, noteLife } from './database-life.ts';
export { adoptRecord, keepRecord, type Decider, type SeenRecord } from './decide.ts';
export {
  countHeld,
  heldRecords,
  markOf,
  sideText,
  type HeldCode,
  type HeldRecord,
  type Side,
} from './held-record.ts';
export { freezeForge } from './freeze-forge.ts';
export { holdOf, lookBack, type LookedBack } from './look-back.ts';
export { quarantineTenant } from './quarantine-tenant.ts';
export { resend } from './resend.ts';
export {
  clearStopped,
  noteStopped,
  restingJobs,
  stoppedJobs,
  type StoppedJob,
} from './stopped-jobs.ts';
