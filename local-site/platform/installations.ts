import { regionalApp } from '../app/index.ts';
import type { ForgeApp } from '../app/index.ts';
import type { Site } from '../types.ts';
import { bareId } from './identifiers.ts';
import { PlatformError } from './platform-error.ts';

/** The app on one site, from install to uninstall. */
export interface Installation {
  /** Full ARI. Has been seen to change without any event [field CDAC 98403]; only `Installations` changes it. */
  readonly id: string;
  readonly uuid: string;
  readonly site: Site;
  /** Epoch milliseconds. */
  readonly installedAt: number;
  /** The version that it runs now, as it was deployed. */
  readonly deployed: ForgeApp;
  /** The same as this site sees it: remotes stand at the addresses of its region. */
  readonly app: ForgeApp;
  readonly open: boolean;
  /** Cancels its timers: schedules, retries, events on their way. */
  readonly cancels: Set<() => void>;
}

class OneInstallation implements Installation {
  id: string;
  uuid: string;
  readonly site: Site;
  readonly installedAt: number;
  deployed: ForgeApp;
  open = true;
  readonly cancels = new Set<() => void>();

  constructor(site: Site, id: string, deployed: ForgeApp, installedAt: number) {
    this.site = site;
    this.id = id;
    this.uuid = bareId(id);
    this.deployed = deployed;
    this.installedAt = installedAt;
  }

  get app(): ForgeApp {
    return regionalApp(this.deployed, this.site.region);
  }
}

/** Which installation is where. A closed one is forgotten here; its storage is not. */
export class Installations {
  readonly #bySite = new Map<Site, OneInstallation>();
  readonly #byId = new Map<string, OneInstallation>();
  readonly #users = new Map<ForgeApp, number>();

  /**
   * One app, one installation on a site. A second environment with the same Connect key is blocked there [doc `adopt:devloop`].
   *
   * @throws PlatformError `already_installed`, `connect_key_taken`, `two_environments`
   */
  open(site: Site, id: string, app: ForgeApp, now: number): Installation {
    this.refuseSecond(site, app);
    const installation = new OneInstallation(site, id, app, now);
    this.#bySite.set(site, installation);
    this.#byId.set(id, installation);
    this.#count(app, 1);
    return installation;
  }

  /** Throws what {@link open} would throw. */
  refuseSecond(site: Site, app: ForgeApp): void {
    const there = this.#bySite.get(site)?.deployed;
    if (there === undefined) return;
    if (there.environment === app.environment) {
      throw new PlatformError('already_installed', `The app is already installed on ${site.slug}.`);
    }
    const where = `${site.slug} runs the app of environment ${there.environment}`;
    if (there.connectKey === app.connectKey && app.connectKey !== '') {
      const message = `${where}, which has the Connect key ${app.connectKey} too. Give one of them another key.`;
      throw new PlatformError('connect_key_taken', message);
    }
    const message = `${where}. The local site models one environment on a site.`;
    throw new PlatformError('two_environments', message);
  }

  /** Puts an installation on another version, at once. */
  run(installation: Installation, app: ForgeApp): void {
    const mine = this.#mine(installation);
    this.#count(mine.deployed, -1);
    mine.deployed = app;
    this.#count(app, 1);
  }

  /** Gives an installation another id; its timers go on. */
  rename(installation: Installation, id: string): void {
    const mine = this.#mine(installation);
    this.#byId.delete(mine.id);
    mine.id = id;
    mine.uuid = bareId(id);
    this.#byId.set(id, mine);
  }

  close(installation: Installation): void {
    const mine = this.#mine(installation);
    mine.open = false;
    for (const cancel of mine.cancels) cancel();
    mine.cancels.clear();
    this.#bySite.delete(mine.site);
    this.#byId.delete(mine.id);
    this.#count(mine.deployed, -1);
  }

  /** Whether any site runs this version. */
  runs(app: ForgeApp): boolean {
    return this.#users.has(app);
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

  #count(app: ForgeApp, more: 1 | -1): void {
    const users = (this.#users.get(app) ?? 0) + more;
    if (users === 0) this.#users.delete(app);
    else this.#users.set(app, users);
  }

  #mine(installation: Installation): OneInstallation {
    const mine = this.#byId.get(installation.id);
    if (mine === installation) return mine;
    throw new PlatformError('not_installed', `The installation ${installation.id} is closed.`);
  }
}
