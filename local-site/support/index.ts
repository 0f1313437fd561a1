export { systemClock } from './system-clock.ts';
export { createFakeClock, FAKE_START_MS } from './fake-clock.ts';
export type { FakeClock } from './fake-clock.ts';
export { seededRandom } from './seeded-random.ts';
export type { Random } from './seeded-random.ts';
