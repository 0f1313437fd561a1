import { createHmac } from 'node:crypto';
import type { Hash } from '../bucket/digest.ts';
import type { Version } from '../terms.ts';

/**
 * A record's hash: HMAC-SHA-256 under the tenant's key, cut to 128 bits, over key, version, deletion and canonical value.
 * Keyed, so that a hash in a log tells nothing about its content; never CRC32 or `hashtext`, whose sums can be forged.
 * `canonicalValue` is `null` for a tombstone.
 */
export function recordHash(
  tenantKey: Buffer,
  key: string,
  version: Version,
  canonicalValue: string | null,
): Hash {
  return createHmac('sha256', tenantKey)
    .update(`${JSON.stringify(key)},${version.e},${version.n},`, 'utf8')
    .update(canonicalValue ?? 'deleted', 'utf8')
    .digest('hex')
    .slice(0, 32);
}

/** The tombstone's key holds no personal data: app keys may contain account ids. */
export function tombstoneKey(tenantKey: Buffer, group: string, key: string): string {
  const mac = createHmac('sha256', tenantKey)
    .update('tombstone:')
    .update(key, 'utf8')
    .digest('hex');
  return `t:${group}:${mac.slice(0, 40)}`;
}
