import { xorDigest, type Hash } from '../bucket/digest.ts';
import type { Head } from '../bucket/head.ts';
import { symbolOf, type Symbol64 } from '../bucket/sketch.ts';
import type { Outgoing } from '../record/outgoing.ts';
import { compareVersions, NO_VERSION, type Version } from '../terms.ts';

/** What the target holds for a key now. `hash` is absent only when it holds nothing. */
export interface Stored {
  readonly version: Version;
  readonly deleted: boolean;
  readonly hash: Hash | undefined;
  /** How many parts its value lies in. Absent: it is whole. */
  readonly parts?: number;
}

export const NOTHING_STORED: Stored = { version: NO_VERSION, deleted: true, hash: undefined };

export type Verdict =
  /** Newer than what is stored: it must be written. */
  | 'write'
  /** Equal or older: acknowledge without writing. */
  | 'acknowledge'
  /** The same version with another content: two authorities. Never resolved automatically. */
  | 'split-brain';

/**
 * **The one rule**, for backfill, live push, retry, repair and replay alike: write only if my version is newer.
 * Commutative and idempotent, so order, duplicates and delays stop mattering.
 */
export function judge(item: Pick<Outgoing, 'version' | 'hash'>, stored: Stored): Verdict {
  const order = compareVersions(item.version, stored.version);
  if (order > 0) return 'write';
  return order === 0 && stored.hash !== item.hash ? 'split-brain' : 'acknowledge';
}

/** One record of a transaction: what is written and what it replaces. */
export interface Write {
  readonly item: Outgoing;
  readonly replaces: Stored;
}

/**
 * The head after these writes. Never touches the register (`epoch`, `auth`) or the cursor. Under a sealed head a delete leaves
 * no tombstone, so it adds nothing to the digest.
 */
export function advance(head: Head, writes: readonly Write[]): Head {
  let { cnt, dg } = head;
  const toggled: Symbol64[] = [];
  for (const { item, replaces } of writes) {
    if (replaces.hash !== undefined) {
      dg = xorDigest(dg, replaces.hash);
      toggled.push(symbolOf(item.key, replaces.hash));
      if (!replaces.deleted) cnt -= 1;
    }
    if (head.auth === 'S' && item.json === null) continue;
    dg = xorDigest(dg, item.hash);
    toggled.push(symbolOf(item.key, item.hash));
    if (item.json !== null) cnt += 1;
  }
  return { ...head, seq: head.seq + 1, cnt, dg, sk: head.sk.toggled(toggled) };
}
