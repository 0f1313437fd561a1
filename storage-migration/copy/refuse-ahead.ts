import { LayerError } from '../errors.ts';
import { compareVersions, NO_VERSION, type Version } from '../terms.ts';
import type { Ledger } from './source.ts';

/**
 * Forge held these versions, newer than those that were to be sent. Mostly the snapshot was old. But if they are newer than
 * what Postgres has **now**, Postgres has gone back: it gives the versions, so nobody can be ahead of it. Throws
 * `target.ahead`; acknowledging would hide it for ever.
 */
export async function refuseAhead(
  ledger: Ledger,
  newer: ReadonlyMap<string, Version>,
): Promise<void> {
  const present = await ledger.present?.([...newer.keys()]);
  if (present === undefined) return;
  for (const [key, stored] of newer) {
    const here = present.get(key) ?? NO_VERSION;
    if (compareVersions(stored, here) <= 0) continue;
    throw new LayerError(
      'target.ahead',
      `${key}: Forge holds (${stored.e}, ${stored.n}), Postgres, which gives the versions, only (${here.e}, ${here.n})`,
      { key },
    );
  }
}
