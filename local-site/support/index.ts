export { systemClock } from './system-clock.ts';
export { createFakeClock } from './fake-clock.ts';
export type { FakeClock } from './fake-clock.ts';
export { seededRandom } from './seeded-random.ts';
export type { Random } from './seeded-random.ts';
