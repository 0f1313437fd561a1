import type { Items } from './items.ts';
import { endOfPrefix, firstAfter } from './keys.ts';
import type { Space } from './spaces.ts';

/** Items read at a time. */
const CHUNK = 500;

/** Every current item of a space in key order, a few hundred in memory at a time; writes may come in between. */
export function* walk(
  items: Items,
  space: Space,
  now: number,
): Generator<{ key: string; value: string }> {
  let from = '';
  for (;;) {
    const page = items.scanStrict(space, { from, to: endOfPrefix(''), limit: CHUNK }, now);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < CHUNK) return;
    from = firstAfter(last.key);
  }
}
