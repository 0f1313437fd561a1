import { randomUUID } from 'node:crypto';
import { compareVersions } from 'crossgrade';
import { MOST_AT_ONCE, type ForgeRecords } from 'crossgrade/live';
import { Elsewhere } from './elsewhere.ts';
import type { Changed } from './forge-unit.ts';

/** A record has another version than the unit read: it has to run again. Never leaves the store. */
export class Stale extends Error {
  override readonly name = 'Stale';
}

/**
 * Writes what a unit changed, in one transaction for up to six records. More than six (a rebalancing move, or forgetting an
 * issue with many lists) go in several, each whole: both of these come to the same end when they are repeated. Throws
 * `Stale` and `Elsewhere`; then nothing was written, unless earlier ones of several were.
 */
export async function commitToForge(
  records: ForgeRecords,
  changes: readonly Changed[],
): Promise<void> {
  for (let at = 0; at < changes.length; at += MOST_AT_ONCE) {
    const some = changes.slice(at, at + MOST_AT_ONCE);
    const keys = some.map(({ key }) => key);
    const result = await records.changeAll(keys, randomUUID(), (present) => {
      for (const { key, was } of some) {
        const now = present.get(key)?.version;
        if (now === undefined || compareVersions(now, was) !== 0) throw new Stale(key);
      }
      return new Map(some.map(({ key, value }) => [key, value]));
    });
    if (result.kind === 'elsewhere') throw new Elsewhere(result.authority);
  }
}
