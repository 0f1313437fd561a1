/** A record's hash: 128 bits as 32 hexadecimal digits. */
export type Hash = string;

export const EMPTY_DIGEST: Hash = '0'.repeat(32);

/** Exclusive or of two 128-bit values. Adding a hash twice takes it out again. */
export function xorDigest(a: Hash, b: Hash): Hash {
  let out = '';
  for (let i = 0; i < 32; i += 8) {
    const word = (parseInt(a.slice(i, i + 8), 16) ^ parseInt(b.slice(i, i + 8), 16)) >>> 0;
    out += word.toString(16).padStart(8, '0');
  }
  return out;
}
