import { regionalApp, variantsOf } from '../../app/index.ts';
import type { ForgeApp } from '../../app/index.ts';
import type { ForgeStore, Site } from '../../types.ts';
import type { Events } from '../events.ts';
import type { Installation, Installations } from '../installations.ts';
import type { Invoker } from '../invoker.ts';
import type { Schedules } from '../schedules.ts';
import type { Tenancy } from '../tenancy.ts';
import type { Environments } from './environments.ts';
import type { UpgradeKind } from './upgrades.ts';
import { majorOf } from './version-number.ts';

/** What another room does when a version reaches a site, before the site runs it. Its rejection stops the upgrade. */
export type OnVersion = (site: Site, app: ForgeApp, kind: UpgradeKind) => Promise<void>;

export interface MoverParts {
  readonly store: ForgeStore;
  readonly events: Events;
  readonly schedules: Schedules;
  readonly invoker: Invoker;
  readonly installations: Installations;
  readonly environments: Environments;
  readonly tenancy: Tenancy;
  readonly onVersion: OnVersion;
}

/** Moves one installation to another version. */
export class Mover {
  readonly #parts: MoverParts;

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /**
   * The Connect half first: an app that refuses `installed` keeps its old version (connect-on-forge facts, section 5). A minor
   * version says nothing to anybody; a major one ends with `avi:forge:upgraded:app`.
   */
  async move(installation: Installation, app: ForgeApp, kind: UpgradeKind): Promise<void> {
    const { store, events, schedules, installations, tenancy, onVersion } = this.#parts;
    const { site, deployed: before } = installation;
    await onVersion(site, regionalApp(app, site.region), kind);
    if (!installation.open) return;
    installations.run(installation, app);
    // Thousands of installations get the same version: the store is asked only where something changed.
    if (JSON.stringify(before.entities) !== JSON.stringify(app.entities)) {
      store.declare(installation.id, app.entities);
    }
    tenancy.save(installation);
    schedules.start(installation);
    if (kind === 'major') events.emitLifecycle(installation, 'avi:forge:upgraded:app');
    this.#retire(before);
  }

  /** Stops the process of a version that nobody runs and that a later minor version has replaced. */
  retireReplaced(environmentName: string): void {
    const environment = this.#parts.environments.find(environmentName);
    for (const app of environment?.versions ?? []) this.#retire(app);
  }

  #retire(app: ForgeApp): void {
    const { environments, installations, invoker } = this.#parts;
    const environment = environments.find(app.environment);
    const latest = environment && environments.latestOf(environment, majorOf(app.version));
    if (latest === app || installations.runs(app)) return;
    for (const variant of variantsOf(app)) invoker.retire(variant);
  }
}
