const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** A length of time in at most two units: `2 h 5 min`, `350 ms`. */
export function duration(ms: number): string {
  let left = Math.round(Math.abs(ms));
  if (left < 1_000) return `${left} ms`;
  const parts: string[] = [];
  for (const [name, length] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** `2026-11-22 10:15:00`, in UTC. */
export function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `10:15:00.250`, in UTC. */
export function timeOfDay(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

/** A number with separators. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 line`, `2 lines`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** The last part of an ARI, shortened; the whole one belongs into a `title`. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).slice(0, 8);
}
