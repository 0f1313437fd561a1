import type { EntitySchema } from '../types.ts';
import { StoreUsageError } from './errors.ts';
import type { IndexBuilder } from './index-builder.ts';
import type { Installations } from './installations.ts';
import type { SpaceCopier } from './space-copier.ts';
import type { SpaceTable } from './space-table.ts';
import type { Atomic } from './sqlite.ts';

const DAY_MS = 24 * 3_600_000;
/** Data of an uninstalled app is kept for 28 days (storage-reference/hosted-storage-data-lifecycle). */
export const KEPT_MS = 28 * DAY_MS;
/** Atlassian's support gives it to a new installation within 21 days (the same page). */
export const RELINK_MS = 21 * DAY_MS;

/** Begins the name of a snapshot. No installation is called so: theirs are ARIs. */
const SNAPSHOT = 'snapshot:';

export interface LifeCycleParts {
  readonly atomic: Atomic;
  readonly installations: Installations;
  readonly spaceTable: SpaceTable;
  readonly copier: SpaceCopier;
  readonly builder: IndexBuilder;
}

/** What happens to an installation's data as a whole. Nothing here passes through this process's memory. */
export class LifeCycle {
  readonly #parts: LifeCycleParts;

  constructor(parts: LifeCycleParts) {
    this.#parts = parts;
  }

  /** The entities must have passed `checkEntities`. Data of entities that are no longer declared stays. */
  declare(ari: string, entities: readonly EntitySchema[]): void {
    const { atomic, installations, builder } = this.#parts;
    atomic.run(() => {
      const { spaces } = installations.get(ari);
      for (const space of spaces.declare(entities)) builder.rebuild(space);
    });
  }

  snapshot(ari: string): string {
    const { atomic, installations, copier } = this.#parts;
    const tenant = installations.get(ari);
    return atomic.run(() => {
      const copy = installations.openUnnamed(SNAPSHOT);
      copier.copy(tenant.id, copy.id);
      return copy.ari;
    });
  }

  /** Throws `StoreUsageError` for a snapshot that does not exist. */
  restore(ari: string, snapshotId: string): void {
    const snapshot = this.#snapshotOf(snapshotId);
    this.#fill(ari, (installation) => {
      this.#parts.copier.copy(snapshot.id, installation);
    });
  }

  dropSnapshot(snapshotId: string): void {
    this.#snapshotOf(snapshotId);
    this.#remove(snapshotId);
  }

  /** Opens the target when it is new; what it held is gone. */
  clone(from: string, to: string): void {
    if (from === to) return;
    const { installations, copier } = this.#parts;
    const source = installations.get(from);
    installations.open(to);
    this.#fill(to, (installation) => {
      copier.copy(source.id, installation);
    });
  }

  retire(ari: string, now: number): void {
    this.#parts.installations.retire(ari, now);
  }

  /** False when the data is gone, was never retired, or was so for longer than support helps. */
  relink(retired: string, ari: string, now: number): boolean {
    const { installations, copier } = this.#parts;
    const old = installations.find(retired);
    if (!old || now - (old.retiredAt ?? -Infinity) > RELINK_MS) return false;
    installations.open(ari);
    this.#fill(ari, (installation) => {
      copier.move(old.id, installation);
      installations.remove(retired);
    });
    return true;
  }

  /** Removes what was retired 28 days ago or earlier. Returns whether there was any. */
  removeOverdue(now: number): boolean {
    const overdue = this.#parts.installations.retiredUntil(now - KEPT_MS);
    for (const ari of overdue) this.#remove(ari);
    return overdue.length > 0;
  }

  /** Replaces the data of an installation. What it declares stays declared, with indexes over the new data. */
  #fill(ari: string, bringData: (installation: number) => void): void {
    const { atomic, installations, spaceTable, copier, builder } = this.#parts;
    const { id, spaces } = installations.get(ari);
    const declared = spaces.schemas();
    atomic.run(() => {
      copier.takeAway(id);
      bringData(id);
      const changed = new Set<number>();
      const found = new Map(spaceTable.list(id).map((row) => [row.name, row]));
      // An installation that was never told its entities takes those of the data.
      for (const { id: space, name, schema } of declared.size === 0 ? [] : found.values()) {
        const wanted = declared.get(name) ?? null;
        if (wanted === schema) continue;
        spaceTable.setSchema(space, wanted);
        changed.add(space);
      }
      for (const [name, schema] of declared) {
        if (!found.has(name)) spaceTable.setSchema(spaceTable.make(id, name), schema);
      }
      for (const { space } of installations.replaced(ari).spaces.all()) {
        if (changed.has(space.id) && space.spec) builder.rebuild(space);
      }
    });
  }

  #snapshotOf(snapshotId: string): { readonly id: number } {
    const { installations } = this.#parts;
    const found = snapshotId.startsWith(SNAPSHOT) ? installations.find(snapshotId) : undefined;
    if (found) return found;
    throw new StoreUsageError('unknown_snapshot', `The store has no snapshot "${snapshotId}".`);
  }

  #remove(ari: string): void {
    const { atomic, installations, copier } = this.#parts;
    const { id } = installations.get(ari);
    atomic.run(() => {
      copier.takeAway(id);
      installations.remove(ari);
    });
  }
}
