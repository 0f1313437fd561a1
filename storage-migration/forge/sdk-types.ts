/**
 * What the carrier uses of `@forge/kvs` (1.6.5), as shapes: the layer imports no Forge package, the function that makes the
 * carrier does, and hands its module over.
 */
export interface ForgeSdk {
  readonly kvs: SdkKvs;
  readonly Filter: new () => SdkFilter;
  readonly FilterConditions: { equalTo(value: string | number): unknown };
  readonly WhereConditions: { beginsWith(value: string): unknown };
}

export interface SdkKvs {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options: { keyPolicy: 'FAIL_IF_EXISTS' }): Promise<unknown>;
  batchGet(items: { key: string; entityName?: string }[]): Promise<SdkBatch>;
  entity(name: string): SdkEntity;
  query(): SdkQuery & { where(property: 'key', condition: unknown): SdkQuery };
  transact(): SdkTransaction;
}

export interface SdkEntity {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options: { keyPolicy: 'FAIL_IF_EXISTS' }): Promise<unknown>;
  query(): {
    index(name: string, options?: { partition?: (string | number | boolean)[] }): SdkQuery;
  };
}

export interface SdkQuery {
  limit(limit: number): this;
  cursor(cursor: string): this;
  getMany(): Promise<{
    results: readonly { key: string; value: unknown }[];
    nextCursor?: string | undefined;
  }>;
}

export interface SdkBatch {
  readonly successfulKeys: readonly { key: string; entityName?: string; value: unknown }[];
  readonly failedKeys: readonly { key: string; entityName?: string; error: { code: string } }[];
}

export interface SdkFilter {
  and(attribute: string, condition: unknown): unknown;
}

export interface SdkTransaction {
  set(key: string, value: unknown, entity?: { entityName: string; conditions?: unknown }): unknown;
  delete(key: string, entity?: { entityName: string }): unknown;
  execute(): Promise<void>;
}
