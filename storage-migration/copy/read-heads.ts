import { HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import type { Priority } from './governor.ts';
import { getBatch } from './get-batch.ts';
import type { SendContext } from './send-context.ts';
import { inLanes, LANES } from './in-lanes.ts';

/** Items of one batch read. */
const BATCH = 25;

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
  const heads = new Map<number, Head>();
  const batches: (readonly number[])[] = [];
  for (let at = 0; at < buckets.length; at += BATCH) batches.push(buckets.slice(at, at + BATCH));
  await inLanes(batches, LANES, (batch) => glance(context, batch, priority, heads));
  return sorted(heads);
}

/** Heads (all of them by default) by strict single reads. */
export async function readHeads(
  context: SendContext,
  buckets: readonly number[] = allBuckets(context),
): Promise<Map<number, Head>> {
  const heads = new Map<number, Head>();
  await inLanes(buckets, LANES, async (bucket) => {
    heads.set(bucket, await context.heads.readStrictly(context, bucket));
  });
  return sorted(heads);
}

async function glance(
  context: SendContext,
  buckets: readonly number[],
  priority: Priority,
  into: Map<number, Head>,
): Promise<void> {
  const bucketOf = new Map(buckets.map((one) => [headKey(context.scope.group, one), one]));
  const items = [...bucketOf.keys()].map((key) => ({ key, entity: HEAD_ENTITY }));
  for (const { key, value } of await getBatch(context, items, priority)) {
    const bucket = bucketOf.get(key);
    if (bucket === undefined) continue;
    into.set(bucket, parseHead(value, key));
    bucketOf.delete(key);
  }
  for (const bucket of bucketOf.values()) {
    into.set(bucket, await context.heads.readStrictly(context, bucket));
  }
}

function allBuckets(context: SendContext): readonly number[] {
  return Array.from({ length: context.scope.buckets }, (_, bucket) => bucket);
}

function sorted(heads: Map<number, Head>): Map<number, Head> {
  return new Map([...heads].sort(([a], [b]) => a - b));
}
