import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForgeApp } from '../app/index.ts';
import type { DeployOptions } from '../types.ts';
import type { ReleaseRooms, ReleaseSettings } from './release-rooms.ts';
import type { Environment } from './environments.ts';
import { ReleaseError } from './release-error.ts';
import { PlatformError } from '../platform/platform-error.ts';
import { placeArtifact } from './place-artifact.ts';
import type { Artifact } from './place-artifact.ts';

/** One deploy, from its beginning on. Times are epoch milliseconds. */
export interface Deployment {
  readonly id: string;
  readonly environment: Environment;
  /** The artifact laid out as an app folder. It stays there: the version runs from it. */
  readonly folder: string;
  readonly startedAt: number;
  state: 'IN_PROGRESS' | 'DONE' | 'FAILED';
  /** Present when it failed. */
  error?: ReleaseError;
}

/** Every deploy of this local site that came from the command line. */
export class Deployments {
  readonly #folder: string;
  readonly #rooms: ReleaseRooms;
  readonly #addresses: Readonly<Record<string, string>>;
  readonly #all = new Map<string, Deployment>();

  /** @param folder where artifacts are kept */
  constructor(folder: string, rooms: ReleaseRooms, settings: Pick<ReleaseSettings, 'addresses'>) {
    this.#folder = folder;
    this.#rooms = rooms;
    this.#addresses = settings.addresses ?? {};
  }

  /** Begins a deploy and returns at once; {@link Deployment.state} tells how it goes. */
  start(environment: Environment, artifact: Artifact, options: DeployOptions): Deployment {
    const id = randomUUID();
    const deployment: Deployment = {
      id,
      environment,
      folder: join(this.#folder, `${environment.name}-${id.slice(0, 8)}`),
      startedAt: this.#rooms.clock.now(),
      state: 'IN_PROGRESS',
    };
    this.#all.set(id, deployment);
    void this.#run(deployment, artifact, options);
    return deployment;
  }

  find(id: string): Deployment | undefined {
    return this.#all.get(id);
  }

  /** The latest successful deploy of an environment. */
  latest(environment: Environment): Deployment | undefined {
    const done = (one: Deployment): boolean =>
      one.environment === environment && one.state === 'DONE';
    return [...this.#all.values()].reverse().find(done);
  }

  async #run(deployment: Deployment, artifact: Artifact, options: DeployOptions): Promise<void> {
    const { environment, folder } = deployment;
    const variables = Object.fromEntries(
      [...environment.variables].map(([key, { value }]) => [key, value]),
    );
    try {
      await mkdir(folder, { recursive: true });
      await placeArtifact(artifact, folder, this.#addresses);
      await this.#rooms.platform.deploy(folder, variables, options);
      deployment.state = 'DONE';
    } catch (error) {
      deployment.error = asReleaseError(error);
      deployment.state = 'FAILED';
    }
  }
}

/** The version number that the platform gives an environment before anything was deployed to it [code, Forge CLI 13.3.0]. */
export const SKELETON_VERSION = '1.1.0';

/** The latest version of an environment, if anything was deployed to it. */
export function latestVersion(
  { platform }: Pick<ReleaseRooms, 'platform'>,
  environment: Environment,
): ForgeApp | undefined {
  return platform.versions(environment.name).at(-1);
}

const ENTITY_CODES = new Set([
  ...['entity_deleted', 'attribute_deleted', 'attribute_changed', 'index_deleted'],
]);

/**
 * What a deploy fails with: the words of the room that refused it, under a code with which the command line prints them. For a
 * code that it does not know it prints that something failed, and no more [code, Forge CLI 13.3.0].
 */
function asReleaseError(error: unknown): ReleaseError {
  const message = error instanceof Error ? error.message : String(error);
  const isEntity = error instanceof PlatformError && ENTITY_CODES.has(error.code);
  const code = isEntity ? 'ENTITY_VALIDATION_ERROR' : 'MANIFEST_VALIDATION_FAILED';
  return new ReleaseError(code, message, 400, { cause: error });
}
