import type { ForgeApp } from '../app/index.ts';
import type { Site } from '../types.ts';
import { bareId } from './identifiers.ts';
import { PlatformError } from './platform-error.ts';

/** The app on one site, from install to uninstall. */
export interface Installation {
  /** Full ARI. */
  readonly id: string;
  readonly uuid: string;
  readonly site: Site;
  /** Epoch milliseconds. */
  readonly installedAt: number;
  /** The version that it runs now. */
  app: ForgeApp;
  open: boolean;
  /** Cancels its timers: schedules, retries, events on their way. */
  readonly cancels: Set<() => void>;
}

/** Which installation is where. A closed one is forgotten here; its storage is not. */
export class Installations {
  readonly #bySite = new Map<Site, Installation>();
  readonly #byId = new Map<string, Installation>();

  open(site: Site, id: string, app: ForgeApp, now: number): Installation {
    if (this.#bySite.has(site)) {
      throw new PlatformError('already_installed', `The app is already installed on ${site.slug}.`);
    }
    const installation: Installation = {
      id,
      uuid: bareId(id),
      site,
      installedAt: now,
      app,
      open: true,
      cancels: new Set(),
    };
    this.#bySite.set(site, installation);
    this.#byId.set(id, installation);
    return installation;
  }

  close(installation: Installation): void {
    installation.open = false;
    for (const cancel of installation.cancels) cancel();
    installation.cancels.clear();
    this.#bySite.delete(installation.site);
    this.#byId.delete(installation.id);
  }

  find(site: Site): Installation | undefined {
    return this.#bySite.get(site);
  }

  byId(id: string): Installation | undefined {
    return this.#byId.get(id);
  }

  /** @throws PlatformError `not_installed` */
  on(site: Site): Installation {
    const found = this.#bySite.get(site);
    if (found === undefined) {
      throw new PlatformError('not_installed', `The app is not installed on ${site.slug}.`);
    }
    return found;
  }

  all(): Iterable<Installation> {
    return this.#bySite.values();
  }
}
