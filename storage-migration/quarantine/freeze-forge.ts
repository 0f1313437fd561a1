import type { Head } from '../bucket/head.ts';
import { HeadBook } from '../copy/head-book.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import type { SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import { moveHeads } from '../handover/move-heads.ts';
import { turn } from '../handover/moves.ts';

/**
 * Takes Forge's authority away without giving it to anybody (step `turn`), because its heads went back: whatever writes there
 * would give versions a second time. Heads that are gone or can't be read stop their writers by that alone. Returns how many
 * heads it turned; may be repeated.
 */
export async function freezeForge(send: SendContext): Promise<number> {
  // Without memory: these heads are known to have gone back, and are moved as they are.
  const fresh: SendContext = { ...send, heads: new HeadBook() };
  const heads = new Map<number, Head>();
  const all = Array.from({ length: send.scope.buckets }, (_, bucket) => bucket);
  await inLanes(all, LANES, async (bucket) => {
    try {
      heads.set(bucket, await fresh.heads.readStrictly(fresh, bucket));
    } catch (error) {
      const isGone = error instanceof LayerError && /^head\.(missing|malformed)$/.test(error.code);
      if (!isGone) throw error;
    }
  });
  const turned = await moveHeads(fresh, heads, turn);
  return [...turned.values()].filter(({ auth }) => auth === 'D').length;
}
