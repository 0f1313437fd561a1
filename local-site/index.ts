/**
 * A stand-in for Jira Cloud, the Connect host and the Forge platform on one machine.
 *
 * `startLocalSite` starts all of it. What is not modelled answers 501 and is listed by `unmodelled()`.
 */
export { AppError } from './app/index.ts';
export { ConnectHostError } from './connect/index.ts';
export type { ConnectHostErrorCode } from './connect/index.ts';
export { FunctionError } from './functions/index.ts';
export type { LogLine } from './functions/index.ts';
export type { LocalSite, LocalSiteUrls } from './local-site.ts';
export type { LocalSiteOptions, SiteName } from './options.ts';
export { PlatformError } from './platform/index.ts';
export type { PlatformSwitches } from './platform/index.ts';
export { startLocalSite } from './start-local-site.ts';
export { createFakeClock, systemClock } from './support/index.ts';
export type { FakeClock } from './support/index.ts';
export type { StorageSwitches } from './storage/index.ts';
export type {
  Clock,
  Issue,
  ModuleContext,
  Site,
  StorageUsage,
  StoredItem,
  UnmodelledCall,
  UpgradeOptions,
  User,
} from './types.ts';
