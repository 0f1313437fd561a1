import type { ForgeApp } from '../../app/index.ts';
import type { BulkUpgrade, BulkUpgradeResult, Clock, Site } from '../../types.ts';
import type { Installation, Installations } from '../installations.ts';
import { PlatformError } from '../platform-error.ts';
import type { PlatformSwitches } from '../switches.ts';
import { later } from '../timers.ts';
import { permissionChanges } from './changes.ts';
import type { Environment, Environments } from './environments.ts';
import { majorOf } from './version-number.ts';

/** How a version reaches an installation. A minor one makes no noise. */
export type UpgradeKind = 'minor' | 'major';

export interface UpgradesParts {
  readonly clock: Clock;
  /** Spreads roll-outs and chooses for bulk upgrades. */
  readonly random: () => number;
  readonly switches: PlatformSwitches;
  readonly environments: Environments;
  readonly installations: Installations;
  /** Moves one installation; rejects, and leaves it where it was, when the app refuses a major version. */
  readonly move: (installation: Installation, app: ForgeApp, kind: UpgradeKind) => Promise<void>;
  readonly onFailure: (what: string, message: string) => void;
}

/** `forge version bulk-upgrade` takes no more at a time [doc]. */
const MAX_BULK = 1_800;

/** How versions reach installations: minor ones by themselves, major ones by an admin or in bulk. */
export class Upgrades {
  readonly #parts: UpgradesParts;
  readonly #bulkRuns = new Set<string>();

  constructor(parts: UpgradesParts) {
    this.#parts = parts;
  }

  /**
   * Sends the latest version of each major one to the installations of that major one. With the switch `rolloutMs` at 0 they
   * have it when the promise resolves; otherwise each at its own time within that span.
   */
  async rollOut(environment: Environment): Promise<void> {
    const { installations, random, switches, clock, onFailure } = this.#parts;
    for (const installation of [...installations.all()]) {
      if (installation.deployed.environment !== environment.name) continue;
      if (this.#follows(installation) === undefined) continue;
      const move = async (): Promise<void> => {
        const app = this.#follows(installation);
        if (app !== undefined) await this.#parts.move(installation, app, 'minor');
      };
      const failed = (error: unknown): void => {
        onFailure(`upgrade of ${installation.site.slug}`, String(error));
      };
      if (switches.rolloutMs > 0) {
        later(clock, installation, random() * switches.rolloutMs, move, failed);
      } else {
        await move().catch(failed);
      }
    }
  }

  /** The latest version of the highest major one, where the installation runs a lower one. */
  pending(installation: Installation): ForgeApp | undefined {
    const environment = this.#environmentOf(installation);
    const highest = environment && this.#parts.environments.highest(environment);
    if (highest === undefined) return undefined;
    return majorOf(highest.version) > majorOf(installation.deployed.version) ? highest : undefined;
  }

  /**
   * The admin of a site agrees.
   *
   * @throws PlatformError `nothing_pending`, `licence_suspended`; what the app's refusal of `installed` throws.
   */
  async approve(site: Site): Promise<void> {
    const installation = this.#parts.installations.on(site);
    const app = this.pending(installation);
    if (app === undefined) {
      throw new PlatformError('nothing_pending', `No version waits for the admin of ${site.slug}.`);
    }
    this.#refuseSuspended(installation, app);
    await this.#parts.move(installation, app, 'major');
  }

  /**
   * @throws PlatformError `unknown_version`, `elevated_privileges`, `bulk_upgrade_running`
   */
  async bulkUpgrade(name: string, request: BulkUpgrade): Promise<BulkUpgradeResult> {
    const { environments, installations } = this.#parts;
    const environment = environments.find(name);
    const from = environment && environments.latestOf(environment, request.fromMajor);
    const to = environment && environments.latestOf(environment, request.toMajor);
    if (from === undefined || to === undefined || request.toMajor <= request.fromMajor) {
      const message = `${name} has no versions ${request.fromMajor} and a later ${request.toMajor}.`;
      throw new PlatformError('unknown_version', message);
    }
    this.#refuseElevation(from, to);
    if (this.#bulkRuns.has(name)) {
      throw new PlatformError('bulk_upgrade_running', `A bulk upgrade of ${name} is running.`);
    }
    this.#bulkRuns.add(name);
    try {
      const candidates = [...installations.all()].filter(
        ({ deployed }) =>
          deployed.environment === name && majorOf(deployed.version) === request.fromMajor,
      );
      return await this.#moveSome(candidates, to, Math.min(request.limit, MAX_BULK));
    } finally {
      this.#bulkRuns.delete(name);
    }
  }

  async #moveSome(
    candidates: Installation[],
    to: ForgeApp,
    limit: number,
  ): Promise<BulkUpgradeResult> {
    const { random, move, onFailure } = this.#parts;
    let completed = 0;
    let failed = 0;
    while (completed + failed < limit && candidates.length > 0) {
      const [chosen] = candidates.splice(Math.floor(random() * candidates.length), 1);
      if (chosen?.open !== true) continue;
      try {
        this.#refuseSuspended(chosen, to);
        await move(chosen, to, 'major');
        completed += 1;
      } catch (error) {
        failed += 1;
        onFailure('bulk upgrade', error instanceof Error ? error.message : String(error));
      }
    }
    return { completed, failed };
  }

  #refuseElevation(from: ForgeApp, to: ForgeApp): void {
    const { storageElevates } = this.#parts.switches;
    const elevations = permissionChanges(from, to)
      .filter(({ elevates }) => elevates)
      .map(({ reason }) => reason)
      .filter((reason) => storageElevates || reason !== 'scope added: storage:app');
    if (elevations.length === 0) return;
    const message = `Every admin has to approve this one: ${elevations.join(', ')}.`;
    throw new PlatformError('elevated_privileges', message);
  }

  #refuseSuspended({ site }: Installation, app: ForgeApp): void {
    if (!this.#parts.switches.suspendedBlocksMajor) return;
    if (!app.licensed || site.licence !== 'suspended') return;
    const message = `The licence on ${site.slug} is suspended: it cannot be upgraded before it is paid.`;
    throw new PlatformError('licence_suspended', message);
  }

  /** The newer minor version that an installation should run. */
  #follows(installation: Installation): ForgeApp | undefined {
    const environment = this.#environmentOf(installation);
    if (environment === undefined || !installation.open) return undefined;
    const { environments } = this.#parts;
    const latest = environments.latestOf(environment, majorOf(installation.deployed.version));
    return latest === installation.deployed ? undefined : latest;
  }

  #environmentOf({ deployed }: Installation): Environment | undefined {
    return this.#parts.environments.find(deployed.environment);
  }
}
