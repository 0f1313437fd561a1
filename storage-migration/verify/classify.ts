import type { Stored } from '../apply/apply-rule.ts';
import { compareVersions, type Version } from '../terms.ts';
import type { Finding } from './verify-context.ts';

/** What Postgres says about a key, from one snapshot. Absent: no version of it exists. */
export interface Expected {
  readonly version: Version;
  readonly deleted: boolean;
  readonly hash: string;
  /** Not acknowledged yet, set aside, or ahead of the backfill: the target may be behind. */
  readonly mayLag: boolean;
}

/**
 * Puts one key into its class. A tool that can't tell lag from corruption trains people to ignore it, so lag is the answer
 * only where a dirty mark or the cursor explains it.
 */
export function classify(
  key: string,
  expected: Expected | undefined,
  stored: Stored,
): Finding | 'same' | 'lag' {
  if (expected === undefined) {
    return stored.hash === undefined
      ? 'same'
      : { key, class: 'rogue', detail: { stored: format(stored.version), expected: 'nothing' } };
  }
  const order = compareVersions(stored.version, expected.version);
  const detail = { stored: format(stored.version), expected: format(expected.version) };
  if (order > 0) return { key, class: 'ahead', detail };
  if (order < 0) return expected.mayLag ? 'lag' : { key, class: 'corrupt', detail };
  if (stored.hash === expected.hash) return 'same';
  return {
    key,
    class: 'corrupt',
    detail: { ...detail, storedHash: stored.hash ?? 'none', expectedHash: expected.hash },
  };
}

function format(version: Version): string {
  return `${version.e}.${version.n}`;
}
