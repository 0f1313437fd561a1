/**
 * A stand-in for Forge's key-value store and custom entity store, on one SQLite file: the SDK's wire, the published
 * limits and error codes, quota units, lagging queries. What Atlassian's pages leave open is a switch.
 */
export { createForgeStore } from './store.ts';
export type { ForgeStoreOptions, LocalForgeStore } from './store.ts';
export { DEFAULT_SWITCHES, LENIENT_SWITCHES } from './switches.ts';
export type { StorageSwitches, ThrottleCode } from './switches.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { StorageLimits } from './limits.ts';
export { STORAGE_ERRORS, StoreUsageError } from './errors.ts';
export type { StorageErrorCode } from './errors.ts';
export { checkEntities } from './schema.ts';
