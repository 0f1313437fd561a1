import { createHash } from 'node:crypto';
import { ReleaseError } from './release-error.ts';

export type EnvironmentType = 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';

/** One environment of the app as the command line sees it. */
export interface Environment {
  /** The command line's key: `default` is what people call development. */
  readonly key: string;
  /** The platform's name: `development`. */
  readonly name: string;
  readonly type: EnvironmentType;
  readonly createdAt: number;
  /** Set by `forge variables set`; a deploy takes them along. */
  readonly variables: Map<string, Variable>;
}

export interface Variable {
  readonly value: string;
  /** Then the value is never shown again. */
  readonly encrypt: boolean;
}

/** The three environments that every app has, and those that were created. */
export class Environments {
  readonly #byKey = new Map<string, Environment>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    for (const key of ['default', 'staging', 'production']) this.create(key);
  }

  /** Makes an environment of type DEVELOPMENT, unless its key is one of the three. Throws when it is there. */
  create(key: string): Environment {
    if (this.#byKey.has(key)) {
      throw new ReleaseError('ENVIRONMENT_EXISTS', `There is an environment '${key}' already.`);
    }
    const environment = {
      key,
      name: key === 'default' ? 'development' : key,
      type: typeOf(key),
      createdAt: this.#now(),
      variables: new Map<string, Variable>(),
    };
    this.#byKey.set(key, environment);
    return environment;
  }

  find(key: string): Environment | undefined {
    return this.#byKey.get(key);
  }

  /** @throws ReleaseError `ENVIRONMENT_NOT_FOUND` */
  get(key: string): Environment {
    const found = this.#byKey.get(key);
    if (found === undefined) {
      throw new ReleaseError('ENVIRONMENT_NOT_FOUND', `There is no environment '${key}'.`, 404);
    }
    return found;
  }

  all(): Iterable<Environment> {
    return this.#byKey.values();
  }
}

function typeOf(key: string): EnvironmentType {
  if (key === 'staging') return 'STAGING';
  return key === 'production' ? 'PRODUCTION' : 'DEVELOPMENT';
}

/** A stable id for an environment that nothing was deployed to; the platform has none for it yet. */
export function placeholderId(appId: string, key: string): string {
  const hex = createHash('sha256').update(`${appId} ${key}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
    .concat(hex.slice(20, 32))
    .join('-');
}
