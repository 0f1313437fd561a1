import type { z } from 'zod';

/**
 * What a local site remembers from one run to the next, beside stored data and Jira: sites, installations, versions, secrets.
 * Records are JSON, named by kind and key; each room owns its kinds and knows their shape.
 */
export interface State {
  /**
   * Every record of a kind, in the order in which they were first put.
   *
   * @throws StateError `state_damaged` when a record does not fit the schema.
   */
  read<T>(kind: string, schema: z.ZodType<T>): ReadonlyMap<string, T>;
  /** Makes or replaces a record. It is in the file when this returns. */
  put(kind: string, key: string, value: unknown): void;
  remove(kind: string, key: string): void;
  /** All that `work` writes, or nothing of it, is in the file when this returns. May be nested. */
  atomically<T>(work: () => T): T;
  /** What is written afterwards is dropped: something under way may still end then. */
  close(): void;
}

/** For a local site that keeps nothing: remembers nothing at all. */
export const NO_STATE: State = {
  read: () => new Map(),
  put: () => undefined,
  remove: () => undefined,
  atomically: (work) => work(),
  close: () => undefined,
};
