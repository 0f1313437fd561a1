import type { StorageSwitches } from './switches.ts';

/** What a request or an answer weighs: its whole JSON text, and its keys and values alone, in bytes. */
export interface Weight {
  readonly body: number;
  readonly items: number;
}

/** Quota units of a weight: rounded up, at least one (limits-kvs-ce: 65 KB counts 7). */
export function unitsOf(
  weight: Weight,
  switches: Pick<StorageSwitches, 'unitBytes' | 'sizeBasis'>,
): number {
  const bytes = switches.sizeBasis === 'body' ? weight.body : weight.items;
  return Math.max(1, Math.ceil(bytes / switches.unitBytes));
}
