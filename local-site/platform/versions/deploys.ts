import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readApp } from '../../app/index.ts';
import type { ForgeApp } from '../../app/index.ts';
import type { Clock, DeployOptions } from '../../types.ts';
import { PlatformError } from '../platform-error.ts';
import type { PlatformSwitches } from '../switches.ts';
import { artifactDigest, copyArtifact } from './artifact.ts';
import { permissionChanges } from './changes.ts';
import { guardDeploy, hasNewIndex } from './deploy-guards.ts';
import { factsOf } from './environments.ts';
import type { Environment, Environments } from './environments.ts';
import { nextMajor, nextMinor } from './version-number.ts';

export interface DeploysParts {
  readonly clock: Clock;
  readonly switches: PlatformSwitches;
  readonly environments: Environments;
  /** Where copies of versions are put. */
  readonly folder: string;
  /** What a deploy without `environment` means. */
  readonly defaultEnvironment: string;
}

/** Takes new versions in: reads, guards, classifies, copies. Installations are not its business. */
export class Deploys {
  readonly #parts: DeploysParts;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: DeploysParts) {
    this.#parts = parts;
  }

  /**
   * One deploy after the other, in the order of the calls.
   *
   * @throws AppError, and PlatformError of {@link guardDeploy}, `unknown_version`, `backport_is_major`, `path_outside`
   */
  deploy(
    appDir: string,
    variables: Readonly<Record<string, string>>,
    options: DeployOptions = {},
  ): Promise<ForgeApp> {
    const deployed = this.#turn.then(() => this.#deploy(appDir, variables, options));
    this.#turn = deployed.catch(() => undefined);
    return deployed;
  }

  /** Whether a deploy of this folder would bring anything that the newest version does not have. */
  async isNew(
    appDir: string,
    variables: Readonly<Record<string, string>>,
    name = this.#parts.defaultEnvironment,
  ): Promise<boolean> {
    const environment = this.#parts.environments.find(name);
    if (environment === undefined || environment.versions.length === 0) return true;
    const app = await readApp(appDir, variables, { version: '0.0.0', ...factsOf(environment) });
    return environment.digest !== (await artifactDigest(appDir, app));
  }

  async #deploy(
    appDir: string,
    variables: Readonly<Record<string, string>>,
    options: DeployOptions,
  ): Promise<ForgeApp> {
    const { environments, folder, defaultEnvironment } = this.#parts;
    const { majorVersion, environment: name = defaultEnvironment } = options;
    const environment = environments.of(name);
    const read = await readApp(appDir, variables, { version: '0.0.0', ...factsOf(environment) });
    const isBackport = majorVersion !== undefined;
    const before = this.#before(environment, majorVersion);
    const next = isBackport && before ? { ...read, entities: before.entities } : read;
    if (before !== undefined) guardDeploy(before, next);
    const draft = { ...next, ...this.#number(before, next, isBackport) };
    const place = `${name}-${draft.version}-${randomUUID().slice(0, 8)}`;
    const target = join(folder, place);
    let app: ForgeApp;
    try {
      await copyArtifact(resolve(appDir), read, target);
      const facts = { version: draft.version, reasons: draft.reasons, ...factsOf(environment) };
      app = { ...(await readApp(target, variables, facts)), entities: draft.entities };
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
    environment.digest = await artifactDigest(appDir, read);
    this.#startIndexing(environment, before, app);
    environments.add(environment, app, place, isBackport);
    environments.save(environment);
    return app;
  }

  #before(environment: Environment, majorVersion: number | undefined): ForgeApp | undefined {
    const { environments } = this.#parts;
    if (majorVersion === undefined) return environments.highest(environment);
    const before = environments.latestOf(environment, majorVersion);
    if (before !== undefined) return before;
    const message = `${environment.name} has no version ${majorVersion} to backport to.`;
    throw new PlatformError('unknown_version', message);
  }

  #number(
    before: ForgeApp | undefined,
    now: ForgeApp,
    isBackport: boolean,
  ): { readonly version: string; readonly reasons: readonly string[] } {
    if (before === undefined) return { version: this.#parts.switches.firstVersion, reasons: [] };
    const reasons = permissionChanges(before, now).map(({ reason }) => reason);
    if (reasons.length === 0) return { version: nextMinor(before.version), reasons };
    if (!isBackport) return { version: nextMajor(before.version), reasons };
    const message = `This would be a new major version, not a backport: ${reasons.join(', ')}.`;
    throw new PlatformError('backport_is_major', message);
  }

  /** Documented: at least five minutes, and no installations meanwhile. */
  #startIndexing(environment: Environment, before: ForgeApp | undefined, now: ForgeApp): void {
    const { clock, switches } = this.#parts;
    if (switches.indexingMs <= 0 || !hasNewIndex(before?.entities ?? [], now.entities)) return;
    environment.indexingUntil = clock.now() + switches.indexingMs;
  }
}
