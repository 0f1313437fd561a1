/** Prefixes of the layer's own items in the key space it shares with the app. */
export const RESERVED_PREFIXES = ['h:', 't:', 'l:', 's:', 'mig:'] as const;

/** Longest key Forge takes. */
export const MAX_KEY_LENGTH = 500;

/**
 * Writes any key in the letters that Forge takes. Injective: two keys never meet in one. Letters, digits, `:`, `.`, `_`
 * and `-` stay as they are, every other byte becomes `#` and two hexadecimal digits.
 */
export function encodeKey(key: string): string {
  if (/^[A-Za-z0-9:._-]*$/.test(key)) return key;
  let out = '';
  for (const byte of Buffer.from(key, 'utf8')) {
    const letter = String.fromCharCode(byte);
    out += /[A-Za-z0-9:._-]/.test(letter) ? letter : `#${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
}

/** The key that `encodeKey` wrote, or undefined when it wrote no such text. */
export function decodeKey(encoded: string): string | undefined {
  if (!/^(?:[A-Za-z0-9:._-]|#[0-9a-f]{2})*$/.test(encoded)) return undefined;
  const bytes = encoded.replace(/#([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  const key = Buffer.from(bytes, 'latin1').toString('utf8');
  return encodeKey(key) === encoded ? key : undefined;
}
