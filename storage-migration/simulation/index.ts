export { WrittenChoices } from './choices.ts';
export { crashEverywhere } from './crash-everywhere.ts';
export { memoryForge } from './memory-forge.ts';
export { planOf } from './plan.ts';
export { runPlan, type RunResult } from './run-plan.ts';
export { SHORT_PLAN } from './short-plan.ts';
export { replay, shrink, type MakeStore, type Schedule } from './shrink.ts';
export { ModelFollower } from './model-follower.ts';
export { tracePlanOf } from './trace-plan.ts';
