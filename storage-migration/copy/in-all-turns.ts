import type { SendContext } from './send-context.ts';

/** Runs `work` in the turns of all these buckets: taken in ascending order, so that two lanes can't wait for each other. */
export async function inAllTurns<T>(
  context: SendContext,
  buckets: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = [...buckets].sort((a, b) => a - b);
  if (first === undefined) return work();
  return context.heads.inTurn(first, () => inAllTurns(context, others, work));
}
