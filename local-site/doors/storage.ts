import type { Answer } from './sites.ts';

/** One custom entity as the manifest declares it (`app.storage.entities[]`). */
export interface EntitySchema {
  readonly name: string;
  readonly attributes: Readonly<Record<string, 'string' | 'integer' | 'float' | 'boolean' | 'any'>>;
  readonly indexes: readonly EntityIndex[];
}

export interface EntityIndex {
  readonly name: string;
  readonly partition: readonly string[];
  readonly range: readonly string[];
}

export interface StorageUsage {
  /** Units of 10 KB charged since the installation was made. */
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly requests: number;
  /** Requests answered 429. */
  readonly throttled: number;
  /** Bytes that Atlassian would bill (forge-platform-pricing); unlike units they are not rounded up. */
  readonly billedReadBytes: number;
  readonly billedWriteBytes: number;
}

export interface StoredItem {
  /** Absent for plain key-value items. */
  readonly entityName?: string;
  readonly key: string;
  readonly value: unknown;
}

/** The key-value store and the custom entity store of every installation, behind the SDK's own wire. */
export interface ForgeStore {
  /**
   * One call as it stands on the wire. `operation` is the path without its version prefix: `/get`, `/entity/query`,
   * `/transaction` … `body` is the raw JSON text, because its size is what is charged. May be called long after its caller
   * gave up: it takes effect when it is called, conditions and all. `door` tells calls of remotes apart, which may have a
   * limit of their own.
   */
  handle(
    installationId: string,
    operation: string,
    body: string,
    door?: 'rest' | 'function',
  ): Promise<Answer>;
  /** Makes an empty store for a new installation. Idempotent. */
  open(installationId: string): void;
  /** The entities of the version this installation runs. */
  declare(installationId: string, entities: readonly EntitySchema[]): void;
  usage(installationId: string): StorageUsage;
  /** Every item of one installation, strict, outside all quotas; for tests, checks and the control page. */
  inspect(installationId: string): Iterable<StoredItem>;
  /** Keeps what an installation holds now, to come back to it. Returns the snapshot's id. */
  snapshot(installationId: string): string;
  /** Puts an installation back to a snapshot: whatever was written since is gone, as after a restore of a site. */
  restore(installationId: string, snapshotId: string): void;
  /** Copies everything of one installation into another one, as the platform does for a copy of a site. */
  clone(fromInstallationId: string, toInstallationId: string): void;
  /**
   * Marks an installation's data as deleted. It is kept for 28 days (of the store's clock), then removed for good
   * (forge-storage facts, section 16).
   */
  retire(installationId: string): void;
  /**
   * What Atlassian's support does on request within 21 days of an uninstall: the data of a retired installation becomes the
   * data of a new one. Returns false when the data is gone.
   */
  relink(retiredInstallationId: string, installationId: string): boolean;
  close(): void;
}
