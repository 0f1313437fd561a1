import { join } from 'node:path';
import { z } from 'zod';
import { readApp } from '../../app/index.ts';
import type { EnvironmentType, ForgeApp } from '../../app/index.ts';
import { StateError } from '../../state/index.ts';
import type { State } from '../../state/index.ts';
import { uuidFrom } from '../identifiers.ts';
import { PlatformError } from '../platform-error.ts';
import { majorOf } from './version-number.ts';

/** A place that versions are deployed to. */
export interface Environment {
  readonly name: string;
  readonly id: string;
  readonly type: EnvironmentType;
  /** In the order in which they were deployed; a backport comes after later major versions. */
  readonly versions: ForgeApp[];
  /** Hash of what was deployed last, to know whether a folder has changed. */
  digest?: string;
  /** Epoch milliseconds until which new indexes are built and nothing can be installed. */
  indexingUntil: number;
}

const ENVIRONMENT = 'environment';
const VERSION = 'version';
const StoredEnvironment = z.object({
  name: z.string(),
  id: z.string(),
  digest: z.string().optional(),
  indexingUntil: z.number(),
});
const StoredVersion = z.object({
  environment: z.string(),
  version: z.string(),
  reasons: z.array(z.string()),
  variables: z.record(z.string(), z.string()),
  /** Below the folder of all versions. */
  folder: z.string(),
  /** Of a backport: its storage is that of the version before it. */
  keepsStorage: z.boolean(),
});

/** The environments and their versions. Kept in the state together with copies of what was deployed. */
export class Environments {
  readonly #state: State;
  readonly #random: () => number;
  readonly #folder: string;
  readonly #byName = new Map<string, Environment>();

  /** @param folder where the copies of versions lie */
  constructor(state: State, random: () => number, folder: string) {
    this.#state = state;
    this.#random = random;
    this.#folder = folder;
    for (const stored of state.read(ENVIRONMENT, StoredEnvironment).values()) {
      const { name, id, digest, indexingUntil } = stored;
      const environment = { name, id, type: typeOf(name), versions: [], indexingUntil };
      this.#byName.set(name, digest === undefined ? environment : { ...environment, digest });
    }
  }

  /**
   * Reads the versions of an earlier run back in.
   *
   * @throws StateError `state_damaged` when the copy of one cannot be read.
   */
  async load(): Promise<void> {
    for (const stored of this.#state.read(VERSION, StoredVersion).values()) {
      const { environment: name, version, reasons, variables, folder, keepsStorage } = stored;
      const environment = this.of(name);
      const facts = { version, reasons, ...factsOf(environment) };
      try {
        const app = await readApp(join(this.#folder, folder), variables, facts);
        const before = this.latestOf(environment, majorOf(version));
        environment.versions.push(
          keepsStorage && before !== undefined ? { ...app, entities: before.entities } : app,
        );
      } catch (error) {
        const message = `Version ${version} of ${name} cannot be read back. Delete the folder to start anew.`;
        throw new StateError('state_damaged', message, error);
      }
    }
  }

  /** The environment of this name, made when it is new. */
  of(name: string): Environment {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
      const message = `An environment's name has letters, digits, _ and - only, not '${name}'.`;
      throw new PlatformError('environment_name', message);
    }
    const environment: Environment = {
      name,
      id: uuidFrom(this.#random),
      type: typeOf(name),
      versions: [],
      indexingUntil: 0,
    };
    this.#byName.set(name, environment);
    this.save(environment);
    return environment;
  }

  all(): Iterable<Environment> {
    return this.#byName.values();
  }

  /** Whether it exists; asking makes nothing. */
  find(name: string): Environment | undefined {
    return this.#byName.get(name);
  }

  save({ name, id, digest, indexingUntil }: Environment): void {
    this.#state.put(ENVIRONMENT, name, { name, id, digest, indexingUntil });
  }

  /** Takes a version in. Its copy must lie in `folder` below the folder of all versions. */
  add(environment: Environment, app: ForgeApp, folder: string, keepsStorage: boolean): void {
    environment.versions.push(app);
    const { name } = environment;
    const { version, reasons, variables } = app;
    const record = { environment: name, version, reasons, variables, folder, keepsStorage };
    this.#state.put(VERSION, `${name}/${version}`, record);
  }

  /** What a new installation gets: the version deployed last, be it a backport (MP-524). */
  newest(environment: Environment): ForgeApp | undefined {
    return environment.versions.at(-1);
  }

  /** The latest version of the highest major one. */
  highest(environment: Environment): ForgeApp | undefined {
    const majors = environment.versions.map(({ version }) => majorOf(version));
    return this.latestOf(environment, Math.max(...majors));
  }

  /** The latest version of one major version. */
  latestOf(environment: Environment, major: number): ForgeApp | undefined {
    return environment.versions.findLast(({ version }) => majorOf(version) === major);
  }
}

/** What the platform says about a version's environment. */
export function factsOf({ name, id, type }: Environment): {
  environment: string;
  environmentId: string;
  environmentType: EnvironmentType;
} {
  return { environment: name, environmentId: id, environmentType: type };
}

/** Environments with a name of one's own are development environments (`forge environments create`). */
function typeOf(name: string): EnvironmentType {
  if (name === 'production') return 'PRODUCTION';
  return name === 'staging' ? 'STAGING' : 'DEVELOPMENT';
}
