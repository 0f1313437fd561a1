import { z } from 'zod';
import type { ForgeApp } from '../app/index.ts';
import type { State } from '../state/index.ts';
import type { SystemTokens } from '../tokens/index.ts';
import type { Clock, DeployOptions, ForgeStore, Site } from '../types.ts';
import type { Errands } from './errands.ts';
import type { Events } from './events.ts';
import { installationAri, uuidFrom } from './identifiers.ts';
import type { Installation, Installations } from './installations.ts';
import { PlatformError } from './platform-error.ts';
import type { Schedules } from './schedules.ts';
import type { PlatformSwitches } from './switches.ts';
import type { Environments } from './versions/environments.ts';
import { majorOf } from './versions/version-number.ts';

export interface TenancyParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly store: ForgeStore;
  readonly state: State;
  readonly switches: PlatformSwitches;
  readonly tokens: SystemTokens;
  readonly errands: Errands;
  readonly events: Events;
  readonly schedules: Schedules;
  readonly installations: Installations;
  readonly environments: Environments;
  readonly defaultEnvironment: string;
}

/** What a site's installation was at some time, with what it had stored. Opaque to everybody else. */
export interface InstallationSnapshot {
  readonly id: string;
  readonly environment: string;
  readonly version: string;
  readonly storage: string;
}

const INSTALLATION = 'installation';
const RETIRED = 'retired installation';
const StoredInstallation = z.object({
  id: z.string(),
  environment: z.string(),
  version: z.string(),
  installedAt: z.number(),
});
const Retired = z.object({ cloudId: z.string(), at: z.number() });

/** A support ticket may bring data back within this time after an uninstall (forge-storage facts, section 16). */
const RELINK_MS = 21 * 24 * 60 * 60_000;

/** Installations come, go, change their names and are brought back, each with its storage. */
export class Tenancy {
  readonly #parts: TenancyParts;
  readonly #retired: Map<string, z.infer<typeof Retired>>;

  constructor(parts: TenancyParts) {
    this.#parts = parts;
    this.#retired = new Map(parts.state.read(RETIRED, Retired));
  }

  /**
   * Reads the installations of an earlier run back in, with their schedules and all that was on its way to them. One that fits
   * no site or version is left out.
   */
  resume(sites: Iterable<Site>): void {
    const { state, installations, store, schedules, errands } = this.#parts;
    const stored = state.read(INSTALLATION, StoredInstallation);
    for (const site of sites) {
      const record = stored.get(site.cloudId);
      const app = record && this.#version(record.environment, record.version);
      if (record === undefined || app === undefined) continue;
      const installation = installations.open(site, record.id, app, record.installedAt);
      store.open(record.id);
      store.declare(record.id, app.entities);
      site.installationId = record.id;
      schedules.start(installation);
      errands.resume(installation);
    }
    errands.forgetStrays();
  }

  /**
   * A new installation with an empty store.
   *
   * @throws PlatformError `not_deployed`, `unknown_version`, `indexing`, and what `Installations.open` throws
   */
  install(site: Site, options: DeployOptions = {}): Installation {
    const app = this.versionFor(options);
    return this.#parts.state.atomically(() => {
      const installation = this.#open(site, this.#newId(), app);
      this.#parts.events.emitLifecycle(installation, 'avi:forge:installed:app');
      return installation;
    });
  }

  /** The version that an installation would get. Throws what {@link install} throws for it. */
  versionFor({ environment: name, majorVersion }: DeployOptions): ForgeApp {
    const { environments, defaultEnvironment, clock } = this.#parts;
    const environment = environments.find(name ?? defaultEnvironment);
    const newest = environment && environments.newest(environment);
    if (environment === undefined || newest === undefined) {
      throw new PlatformError('not_deployed', 'Deploy the app first.');
    }
    if (clock.now() < environment.indexingUntil) {
      const message = `New indexes of ${environment.name} are being built. Install the app later.`;
      throw new PlatformError('indexing', message);
    }
    if (majorVersion === undefined) return newest;
    const older = environments.latestOf(environment, majorVersion);
    if (older !== undefined) return older;
    throw new PlatformError('unknown_version', `There is no major version ${majorVersion}.`);
  }

  /** Ends an installation. Its data is kept as the store keeps deleted data. */
  close(installation: Installation): void {
    const { installations, tokens, state, store, clock, schedules, errands } = this.#parts;
    const { site, id } = installation;
    installations.close(installation);
    errands.drop(installation);
    schedules.forget(installation);
    tokens.revoke(id);
    state.remove(INSTALLATION, site.cloudId);
    delete site.installationId;
    store.retire(id);
    const retired = { cloudId: site.cloudId, at: clock.now() };
    this.#retired.set(id, retired);
    state.put(RETIRED, id, retired);
  }

  /** Writes down which version an installation runs and how it is called. */
  save({ id, site, deployed, installedAt }: Installation): void {
    const { environment, version } = deployed;
    this.#parts.state.put(INSTALLATION, site.cloudId, { id, environment, version, installedAt });
  }

  /**
   * What Atlassian's support does on request: the data of an ended installation of this site becomes the data of the present one.
   *
   * @throws PlatformError `unknown_installation`, `relink_too_late`
   */
  relink(installation: Installation, oldId: string): void {
    const { clock, store, state } = this.#parts;
    const old = this.#retired.get(oldId);
    if (old?.cloudId !== installation.site.cloudId) {
      const message = `${oldId} is no ended installation of ${installation.site.slug}.`;
      throw new PlatformError('unknown_installation', message);
    }
    const isLate = clock.now() - old.at > RELINK_MS;
    if (isLate || !store.relink(oldId, installation.id)) {
      const message = `Data can be linked again within 21 days of an uninstall. That of ${oldId} is older or gone.`;
      throw new PlatformError('relink_too_late', message);
    }
    this.#retired.delete(oldId);
    state.remove(RETIRED, oldId);
  }

  /** Gives the installation another id, and an empty store unless `keepsStorage`. Nobody is told. Returns the ARI. */
  rename(installation: Installation, keepsStorage: boolean): string {
    const { installations, store, tokens, clock, state } = this.#parts;
    const { id: oldId, site, app } = installation;
    const id = this.#newId();
    store.open(id);
    if (keepsStorage) store.clone(oldId, id);
    store.declare(id, app.entities);
    installations.rename(installation, id);
    tokens.revoke(oldId);
    store.retire(oldId);
    const retired = { cloudId: site.cloudId, at: clock.now() };
    this.#retired.set(oldId, retired);
    state.put(RETIRED, oldId, retired);
    site.installationId = id;
    this.save(installation);
    return id;
  }

  snapshot(site: Site): InstallationSnapshot | undefined {
    const installation = this.#parts.installations.find(site);
    if (installation === undefined) return undefined;
    const { id, deployed } = installation;
    const { environment, version } = deployed;
    return { id, environment, version, storage: this.#parts.store.snapshot(id) };
  }

  /**
   * Puts a site's installation and its storage back, without an event. With `newId` the site gets a new installation with an
   * empty store instead, as after a whole-product import; the old data waits to be linked again. Returns the installation.
   */
  restore(
    site: Site,
    snapshot: InstallationSnapshot | undefined,
    newId: boolean,
  ): Installation | undefined {
    const { installations, store, state, environments } = this.#parts;
    const present = installations.find(site);
    const same = present !== undefined && present.id === snapshot?.id && !newId;
    if (present !== undefined && !same) this.close(present);
    if (snapshot === undefined) return undefined;
    const environment = environments.find(snapshot.environment);
    // A site always runs the latest minor version of its major one.
    const app = environment && environments.latestOf(environment, majorOf(snapshot.version));
    if (app === undefined) return undefined;
    if (newId) return this.#open(site, this.#newId(), app);
    if (same) {
      installations.run(present, app);
      store.restore(snapshot.id, snapshot.storage);
      this.save(present);
      return present;
    }
    if (this.#retired.delete(snapshot.id)) {
      state.remove(RETIRED, snapshot.id);
      this.#setAside(snapshot.id);
    }
    const restored = this.#open(site, snapshot.id, app);
    store.restore(snapshot.id, snapshot.storage);
    store.declare(snapshot.id, app.entities);
    return restored;
  }

  /** Gives a copied site an installation of its own, with or without the data of the original. */
  copy(original: Installation, to: Site, withStorage: boolean): Installation {
    const { store } = this.#parts;
    const copied = this.#open(to, this.#newId(), original.deployed);
    if (withStorage) {
      store.clone(original.id, copied.id);
      store.declare(copied.id, original.app.entities);
    }
    return copied;
  }

  #open(site: Site, id: string, app: ForgeApp): Installation {
    const { installations, clock, store, schedules } = this.#parts;
    const installation = installations.open(site, id, app, clock.now());
    store.open(id);
    store.declare(id, app.entities);
    site.installationId = id;
    this.save(installation);
    schedules.start(installation);
    return installation;
  }

  /**
   * To the store an ended installation stays ended. What is left of it gets another name, so that its own can be opened again;
   * the snapshot has the data.
   */
  #setAside(id: string): void {
    const { store } = this.#parts;
    const remains = `${id}#${uuidFrom(this.#parts.random)}`;
    if (store.relink(id, remains)) store.retire(remains);
  }

  #newId(): string {
    return installationAri(uuidFrom(this.#parts.random));
  }

  #version(name: string, version: string): ForgeApp | undefined {
    const environment = this.#parts.environments.find(name);
    return environment?.versions.find((app) => app.version === version);
  }
}
