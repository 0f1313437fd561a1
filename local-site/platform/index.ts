export { createForgePlatform } from './forge-platform.ts';
export type { PlatformRoom } from './forge-platform.ts';
export type { InvocationView } from './invocation-log.ts';
export type { InstallationSnapshot } from './tenancy.ts';
export type { ConnectUpgrade } from './versions/connect-changes.ts';
export { uuidFrom } from './identifiers.ts';
export { PlatformError } from './platform-error.ts';
export type { PlatformSwitches } from './switches.ts';
