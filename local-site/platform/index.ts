export { createForgePlatform } from './forge-platform.ts';
export type { ForgePlatformOptions, PlatformRoom } from './forge-platform.ts';
export { uuidFrom } from './identifiers.ts';
export { PlatformError } from './platform-error.ts';
export { PLATFORM_SWITCHES } from './switches.ts';
export type { PlatformSwitches } from './switches.ts';
