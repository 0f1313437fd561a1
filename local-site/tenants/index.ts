export { TENANT_SWITCHES } from './switches.ts';
export type { TenantSwitches } from './switches.ts';
export type {
  RestoreOptions,
  SiteSnapshot,
  TenantLives,
  UninstallOptions,
  UpgradeInPlaceOptions,
} from './tenant-lives.ts';
export type { TenantWorld } from './world.ts';
export { conditions } from './conditions.ts';
export { restores } from './restores.ts';
export { upgrades } from './upgrade.ts';
