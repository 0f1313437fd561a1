export { convergeToPostgres, type Converged } from './converge.ts';
export { flyCanary, type CanarySide } from './canary.ts';
export { cutover, FREEZE_MS, type CutoverOptions, type CutoverResult } from './cutover.ts';
export { drain, type Drained } from './drain.ts';
export { driveErasures, type EraseContext, type Erased } from './erase.ts';
export { finalize, finishFinalize, type Finalized } from './finalize.ts';
export { makeHandover, type HandoverContext, type HandoverParts } from './handover-context.ts';
export type {
  Erasure,
  Loss,
  OperationsContext,
  OperationsSide,
  Standing,
  Stranded,
} from './operations-side.ts';
export type { Gate, PostgresSide, StageChange } from './postgres-side.ts';
export { recover } from './recover.ts';
export { recoverAll } from './recover-all.ts';
export { reverseBucket, type Reversed } from './reverse.ts';
export { resumeForge, rollback, type RolledBack } from './rollback.ts';
export { allStranded } from './stranded.ts';
export { forceFailover, isReachable, LEAP, lossText, terminate, type Survived } from './survive.ts';
export { sweepSealed, type Swept } from './sweep.ts';
