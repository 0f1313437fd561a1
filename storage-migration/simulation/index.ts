/**
 * The running layer under one scheduler. What a bench needs to run a flow of its own in the same world is exported too: the
 * world with its processes, network and store, and the plan they follow.
 */
export { seededRandom, WrittenChoices, type Choices } from './choices.ts';
export { crashEverywhere } from './crash-everywhere.ts';
export type { Value } from './history.ts';
export { MINI_PLANS } from './mini-plans.ts';
export { memoryForge } from './memory-forge.ts';
export { networkOf } from './network.ts';
export { ERRANDS, planOf, type Errand, type FaultRates, type Plan, type UserPlan } from './plan.ts';
export { runPlan, type RunResult } from './run-plan.ts';
export { RunEnded } from './scheduler.ts';
export { SHORT_PLAN } from './short-plan.ts';
export { replay, shrink, type MakeStore, type Schedule } from './shrink.ts';
export { ModelFollower } from './model-follower.ts';
export { tracePlanOf } from './trace-plan.ts';
export { startActor, type Actor } from './actor.ts';
export { World } from './world.ts';
