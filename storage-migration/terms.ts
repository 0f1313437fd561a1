/**
 * The words of the layer. The same words stand in code, tables, command line, runbook and model.
 *
 * - **tenant**: one customer's installation of the app on one site.
 * - **group** (`grp`): a set of record types that move together.
 * - **record**: one unit of migrated data; it may be an aggregate of several SQL rows.
 * - **slot**: a record's place among 4,096, fixed by the hash of its key. **bucket**: `slot % B`.
 * - **head**: the entity in Forge that carries a bucket's register: lock, fence, log position, checkpoint and digest at once.
 * - **epoch**: grows at every change of authority, abort and rollback. What was prepared for an old epoch can't succeed.
 * - **authority**: who may give versions: `P` Postgres, `F` Forge, `D` nobody (draining back), `S` Forge alone and for good
 *   (sealed: it keeps no log and no tombstones any more).
 * - **stage**: how far the tenant is. Enforced at the write, by the head and the gate; never cached by a writer.
 */
export const STAGES = [
  'off',
  'copy',
  'verify',
  'draining',
  'live',
  'rewinding',
  'settled',
  'final',
] as const;
export type Stage = (typeof STAGES)[number];

/** Stand beside the stage, never in its place. */
export const CONDITIONS = ['paused', 'quarantined', 'erasing', 'terminated'] as const;
export type Condition = (typeof CONDITIONS)[number];

export type Authority = 'P' | 'F' | 'D' | 'S';

/** Whether Forge gives the versions under this head: it does, with a way back (`F`) or without one (`S`). */
export function isWithForge({ auth }: { readonly auth: Authority }): boolean {
  return auth === 'F' || auth === 'S';
}

/** A scope of the protocol. */
export interface Scope {
  readonly tenant: string;
  readonly group: string;
}

/** Given only by the authority, in the transaction that writes the data. Compared lexicographically, never by a clock. */
export interface Version {
  readonly e: number;
  readonly n: number;
}

/** Absent counts as older than everything. */
export const NO_VERSION: Version = { e: 0, n: 0 };

/** Negative when `a` is older than `b`, zero when they are the same, positive when `a` is newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.e - b.e || a.n - b.n;
}

/** Raised with every change of what the layer stores; a process that does not match the stored one refuses to work. */
export const LAYER_VERSION = 1;

/** JSON; an object's key with `undefined` is an absent key, as in `JSON.stringify`. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = Readonly<Record<string, Json | undefined>>;
