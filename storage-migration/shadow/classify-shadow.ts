import type { Hash } from '../bucket/digest.ts';
import { compareVersions, type Version } from '../terms.ts';

/** One side's answer for a key. `hash` is absent when that side knows no version of it. */
export interface ShadowSide {
  readonly version: Version;
  readonly deleted: boolean;
  readonly hash: Hash | undefined;
}

/**
 * What a read of both sides came to.
 *
 * - `lag`: the follower is older, and something on its way explains it. Wait.
 * - `corrupt`: the same version with another content; or older with nothing on its way.
 * - `ahead`: the follower is newer than the authority.
 * - `rogue`: the follower holds what the authority never knew.
 */
export type ShadowClass = 'same' | 'lag' | 'corrupt' | 'ahead' | 'rogue';

/**
 * Classes by version, never by content alone: a tool that can't tell lag from corruption trains people to ignore it.
 * `follower` must have been read **before** `authority`, or a write in between would look like a follower that is ahead.
 */
export function classifyShadow(
  authority: ShadowSide,
  follower: ShadowSide,
  mayLag: boolean,
): ShadowClass {
  if (authority.hash === undefined) {
    // What was deleted and collected on one side may still be a tombstone on the other.
    return follower.hash === undefined || follower.deleted ? 'same' : 'rogue';
  }
  if (follower.hash === undefined && authority.deleted) return 'same';
  const order = compareVersions(follower.version, authority.version);
  if (order > 0) return 'ahead';
  if (order < 0) return mayLag ? 'lag' : 'corrupt';
  return follower.hash === authority.hash ? 'same' : 'corrupt';
}
