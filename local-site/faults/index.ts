/**
 * Faults at every border of the local site: seeded by rates, exact by script, and the same again by replay.
 */
export { createFaults, NO_FAULTS } from './create-faults.ts';
export type { Faults } from './create-faults.ts';
export { BORDERS, FAULT_KINDS, KINDS_AT } from './fault.ts';
export type { Fault, FaultKind } from './fault.ts';
export type { FaultEntry } from './fault-log.ts';
export { FaultPlanError } from './fault-plan.ts';
export type { FaultPlan, ScriptLine } from './fault-plan.ts';
export { LostError } from './lost-error.ts';
export type { LineState } from './script-run.ts';
