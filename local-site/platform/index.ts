export { createForgePlatform } from './forge-platform.ts';
export type { PlatformRoom } from './forge-platform.ts';
export { uuidFrom } from './identifiers.ts';
export { PlatformError } from './platform-error.ts';
export type { PlatformSwitches } from './switches.ts';
