import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GroupDefinition } from 'crossgrade';
import type { Pool } from 'pg';

/** A tenant whose link is established from independent channels and whose installation may be written to. */
export interface LinkedTenant {
  readonly tenant: string;
  readonly cloudId: string;
  readonly installationId: string;
}

/** What a vendor tells the operator's tools: one module, `crossgrade.config.ts`, with this as its default export. */
export interface CrossgradeConfig {
  readonly databaseUrl: string;
  readonly group: GroupDefinition;
  /** Base of Forge's storage REST paths, without the version. */
  readonly storageUrl: string;
  /** Tenants that may be enrolled. Those in conflict are left out. */
  linkedTenants(pool: Pool): Promise<readonly LinkedTenant[]>;
  /** The newest system token of an installation, or undefined when there is none that still lives. */
  systemToken(pool: Pool, installationId: string): Promise<string | undefined>;
  /** When that token ends, where it is known: a cut-over does not begin with one that is about to. */
  systemTokenEnds?(pool: Pool, installationId: string): Promise<Date | undefined>;
  /**
   * Whether the app's functions work on the records and say which layer they speak (`appItem`): then a cut-over is refused
   * until they have. Default false, for an app whose functions leave the records alone.
   */
  readonly requiresApp?: boolean;
  /** Whether linked tenants go to `copy` by themselves. Default true; waves take over from here. */
  readonly autoEnrol?: boolean;
  /** Share of the quota that copying may use. Default 0.7. */
  readonly backfillShare?: number;
  /** Minutes after which a clean digest comparison is repeated. Default 60. */
  readonly reverifyMinutes?: number;
}

/** Checks the shape at compile time and gives it back. */
export function defineConfig(config: CrossgradeConfig): CrossgradeConfig {
  return config;
}

/** Loads the module at `path`. Rejects with the path when it has no default export. */
export async function loadConfig(path: string): Promise<CrossgradeConfig> {
  const url = pathToFileURL(resolve(path)).href;
  const module = (await import(url)) as { default?: CrossgradeConfig };
  if (module.default === undefined) {
    throw new Error(`${path} has no default export; write "export default defineConfig({ … })"`);
  }
  return module.default;
}
