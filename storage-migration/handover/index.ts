export { convergeToPostgres, type Converged } from './converge.ts';
export { cutover, FREEZE_MS, type CutoverOptions, type CutoverResult } from './cutover.ts';
export { drain, type Drained } from './drain.ts';
export { closeGate, openGate, readGate, type Gate } from './gate.ts';
export { makeHandover, type HandoverContext } from './handover-context.ts';
export { recover } from './recover.ts';
export { reverseBucket, type Reversed } from './reverse.ts';
export { resumeForge, rollback, type RolledBack } from './rollback.ts';
