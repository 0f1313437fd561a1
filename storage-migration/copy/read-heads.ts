import { HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import type { Priority } from './governor.ts';
import { getItems } from './get-items.ts';
import type { SendContext } from './send-context.ts';
import { inLanes } from './in-lanes.ts';

/**
 * Heads (all of them by default), read in batches of 25: a twenty-fifth of the calls, but what they show may be behind. That never does harm,
 * because every move names the `seq` it was prepared for and fails on any other; but it may show nothing to do where there
 * is. Whoever concludes something from a head that does not move reads strictly.
 */
export async function glanceAtHeads(
  context: SendContext,
  priority: Priority = 'reverse',
  buckets: readonly number[] = allBuckets(context),
): Promise<Map<number, Head>> {
  const bucketOf = new Map(buckets.map((one) => [headKey(context.scope.group, one), one]));
  const items = [...bucketOf.keys()].map((key) => ({ key, entity: HEAD_ENTITY }));
  const heads = new Map<number, Head>();
  for (const { key, value } of await getItems(context, items, priority)) {
    const bucket = bucketOf.get(key);
    if (bucket !== undefined) heads.set(bucket, parseHead(value, key));
  }
  const missing = buckets.filter((bucket) => !heads.has(bucket));
  return sorted(new Map([...heads, ...(await readHeads(context, missing))]));
}

/** Heads under way at once: a hand-over waits for the slowest of them, and Forge takes a thousand calls a second. */
const HEAD_LANES = 64;

/** Heads (all of them by default) by strict single reads. */
export async function readHeads(
  context: SendContext,
  buckets: readonly number[] = allBuckets(context),
): Promise<Map<number, Head>> {
  const heads = new Map<number, Head>();
  await inLanes(buckets, HEAD_LANES, async (bucket) => {
    heads.set(bucket, await context.heads.readStrictly(context, bucket));
  });
  return sorted(heads);
}

function allBuckets(context: SendContext): readonly number[] {
  return Array.from({ length: context.scope.buckets }, (_, bucket) => bucket);
}

function sorted(heads: Map<number, Head>): Map<number, Head> {
  return new Map([...heads].sort(([a], [b]) => a - b));
}
