export type { BackupContext } from './backup-context.ts';
export { exportTenant, type Exported, type ExportOptions } from './export-tenant.ts';
export { MANIFEST, type Manifest } from './manifest.ts';
export { planRestore, type RestorePlan } from './plan-restore.ts';
export { restoreTenant } from './restore-tenant.ts';
export type { Restored } from './restored.ts';
export type { ApplyRestoreOptions, RestoreOptions } from './restore-options.ts';
