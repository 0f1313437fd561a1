/** A place in a bucket's order: by slot, then by the key's UTF-8 bytes (collation "C" in Postgres). */
export interface Position {
  readonly slot: number;
  readonly key: string;
}

/**
 * A bucket's backfill cursor. Everything at or before it has been sent; **nothing beyond it is stored in the target**: live
 * pushes leave those keys to the backfill. That is why backfill may insert without reading first.
 */
export type Cursor =
  { readonly at: 'start' } | { readonly at: 'end' } | ({ readonly at: 'key' } & Position);

export const START: Cursor = { at: 'start' };
export const END: Cursor = { at: 'end' };

export function comparePositions(a: Position, b: Position): number {
  return a.slot - b.slot || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}

/** Whether the cursor has passed the position. */
export function covers(cursor: Cursor, position: Position): boolean {
  if (cursor.at === 'key') return comparePositions(position, cursor) <= 0;
  return cursor.at === 'end';
}

/** `-` not begun, `.` done, else slot and key. Never empty: Forge refuses empty strings. */
export function formatCursor(cursor: Cursor): string {
  if (cursor.at === 'key') return `${cursor.slot}:${cursor.key}`;
  return cursor.at === 'start' ? '-' : '.';
}

/** Reads what `formatCursor` wrote; undefined for any other text. */
export function parseCursor(text: string): Cursor | undefined {
  if (text === '-') return START;
  if (text === '.') return END;
  const match = /^(\d{1,4}):(.+)$/su.exec(text);
  return match === null ? undefined : { at: 'key', slot: Number(match[1]), key: match[2] ?? '' };
}
