/**
 * A stand-in for Jira Cloud, the Connect host and the Forge platform on one machine.
 *
 * `startLocalSite` starts all of it. What is not modelled answers 501 and is listed by `unmodelled()`.
 */
export type { SiteName } from './site-name.ts';
export { AppError } from './app/index.ts';
export type { ManifestProblem } from './app/index.ts';
export { ConnectHostError } from './connect/index.ts';
export type { ConnectHostErrorCode, ConnectSwitches } from './connect/index.ts';
export { FaultPlanError } from './faults/index.ts';
export type { FaultEntry, FaultPlan, Faults, ScriptLine } from './faults/index.ts';
export { FunctionError } from './functions/index.ts';
export type { LogLine } from './functions/index.ts';
export { JiraError } from './jira/index.ts';
export type { JiraErrorCode, JiraSwitches } from './jira/index.ts';
export type { LocalSite, LocalSiteUrls } from './local-site.ts';
export type { LocalSiteOptions } from './options.ts';
export { PlatformError } from './platform/index.ts';
export type { ConnectUpgrade, PlatformSwitches } from './platform/index.ts';
export { UnmodelledError } from './register.ts';
export { startLocalSite } from './start-local-site.ts';
export { StateError } from './state/index.ts';
export type {
  RestoreOptions,
  SiteSnapshot,
  TenantSwitches,
  UninstallOptions,
  UpgradeInPlaceOptions,
} from './tenants/index.ts';
export { createFakeClock, createVirtualClock, systemClock } from './support/index.ts';
export type { FakeClock, SteerableClock, VirtualClock } from './support/index.ts';
export type { StorageSwitches } from './storage/index.ts';
export type {
  Clock,
  Issue,
  ModuleContext,
  Site,
  StorageUsage,
  StoredItem,
  UnmodelledCall,
  UnmodelledExample,
  UpgradeOptions,
  User,
} from './types.ts';
