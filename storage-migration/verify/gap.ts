import type { Stored } from '../apply/apply-rule.ts';
import { EMPTY_DIGEST, xorDigest, type Hash } from '../bucket/digest.ts';
import type { Head } from '../bucket/head.ts';
import type { Symbol64 } from '../bucket/sketch.ts';
import type { Expected } from './classify.ts';

/** One record on both sides. */
export interface Pair {
  readonly key: string;
  /** As Postgres has it; absent when it knows none. */
  readonly expected: Expected | undefined;
  readonly stored: Stored;
}

/** By how much two sides of a bucket differ: the exclusive or of all hashes, and Postgres' live records less Forge's. */
export interface Gap {
  readonly digest: Hash;
  readonly live: number;
}

/** Between what Postgres sums up and what a head says. */
export function gapBetween(
  sum: { readonly digest: Hash; readonly live: number },
  head: Pick<Head, 'dg' | 'cnt'>,
): Gap {
  return { digest: xorDigest(sum.digest, head.dg), live: sum.live - head.cnt };
}

/**
 * What of a gap is left when these records are taken out of it. Nothing: then Forge held exactly these versions under that
 * head, and all other records of the bucket as Postgres has them. The hashes are keyed and have 128 bits, so records that
 * were read too early or too late, or that are not all, leave something.
 */
export function without(gap: Gap, pairs: readonly Pair[]): Gap {
  let { digest, live } = gap;
  for (const { expected, stored } of pairs) {
    if (expected !== undefined) digest = xorDigest(digest, expected.hash);
    if (stored.hash !== undefined) digest = xorDigest(digest, stored.hash);
    if (expected?.deleted === false) live -= 1;
    if (stored.hash !== undefined && !stored.deleted) live += 1;
  }
  return { digest, live };
}

export function isClosed({ digest, live }: Gap): boolean {
  return digest === EMPTY_DIGEST && live === 0;
}

/** Whether records that Postgres knows nothing of would close it. Of their hashes only the tags are known. */
export function isOfStrangers({ digest, live }: Gap, strangers: readonly Symbol64[]): boolean {
  if (strangers.length === 0 || live > 0 || -live > strangers.length) return false;
  const tags = strangers.reduce((sum, one) => sum ^ parseInt(one.versionTag, 16), 0);
  return parseInt(digest.slice(0, 6), 16) === tags;
}
