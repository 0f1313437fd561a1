/**
 * A stand-in for Forge's key-value store and custom entity store, on one SQLite file: the SDK's wire, the published
 * limits and error codes, quota units, lagging queries. What Atlassian's pages leave open is a switch.
 */
export { createForgeStore } from './store.ts';
export type { ForgeStoreOptions, LocalForgeStore } from './store-options.ts';
export { DEFAULT_SWITCHES, FIELD_LATENCY, LENIENT_SWITCHES } from './switches.ts';
export type { Span, StorageSwitches, ThrottleCode } from './switches.ts';
export { STORAGE_SWITCHES } from './switch-list.ts';
export type { EvidenceMark, StorageSwitchEntry } from './switch-list.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { StorageLimits } from './limits.ts';
export { STORAGE_ERRORS, StoreUsageError } from './errors.ts';
export type { StorageErrorCode } from './errors.ts';
export { checkEntities } from './schema.ts';
