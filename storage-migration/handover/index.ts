export { convergeToPostgres, type Converged } from './converge.ts';
export { cutover, FREEZE_MS, type CutoverOptions, type CutoverResult } from './cutover.ts';
export { drain, type Drained } from './drain.ts';
export { makeHandover, type HandoverContext, type HandoverParts } from './handover-context.ts';
export type { Gate, PostgresSide, StageChange } from './postgres-side.ts';
export { recover } from './recover.ts';
export { reverseBucket, type Reversed } from './reverse.ts';
export { resumeForge, rollback, type RolledBack } from './rollback.ts';
