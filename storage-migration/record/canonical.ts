import type { Json, JsonObject } from '../terms.ts';

/**
 * The one text of a JSON value: object keys sorted by UTF-16 code units, no spaces, numbers as JavaScript prints them
 * (RFC 8785). Equal values give equal texts whatever the order their keys were made in. `-0` is written as `0`.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((entry) => canonical(entry as Json)).join(',')}]`;
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const entry = (value as JsonObject)[key];
    if (entry !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(entry)}`);
  }
  return `{${parts.join(',')}}`;
}
