import type { Head } from '../bucket/head.ts';
import { keyTag, Sketch, type Symbol64 } from '../bucket/sketch.ts';
import { slotsOf } from '../bucket/slot.ts';
import type { VerifyContext } from './verify-context.ts';

/** Buckets whose keys are held at once: some ten thousand keys. */
const AT_ONCE = 16;

/** What the sketches of one bucket say about its difference. They only propose: nothing follows from them. */
export interface Named {
  /** Keys that Postgres knows. */
  readonly keys: readonly string[];
  /** Elements of records that Postgres does not know. */
  readonly strangers: readonly Symbol64[];
}

/** What differs in these buckets, from the sketches in their heads. Buckets with more than a sketch can name are left out. */
export async function nameSuspects(
  context: VerifyContext,
  heads: ReadonlyMap<number, Head>,
): Promise<ReadonlyMap<number, Named>> {
  const named = new Map<number, Named>();
  const all = [...heads];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    const elementsOf = await elements(
      context,
      some.map(([bucket]) => bucket),
    );
    for (const [bucket, head] of some) {
      const ours = elementsOf.get(bucket) ?? [];
      const difference = Sketch.empty(head.sk.capacity).toggled(ours).minus(head.sk);
      if (!difference.complete) continue;
      const keyOf = new Map(ours.map((one) => [one.keyTag, one.key]));
      const { symbols } = difference;
      named.set(bucket, {
        keys: [...new Set(symbols.flatMap((one) => keyOf.get(one.keyTag) ?? []))],
        strangers: symbols.filter((one) => !keyOf.has(one.keyTag)),
      });
    }
  }
  return named;
}

/** Every key of a bucket. */
export async function keysOf(context: VerifyContext, bucket: number): Promise<readonly string[]> {
  const { pool, scope, send } = context;
  const found = await pool.query<{ key: string }>(
    'select key from mig_ver where tenant = $1 and grp = $2 and slot = any($3) order by slot, key',
    [scope.tenant, scope.group, slotsOf(bucket, send.scope.buckets)],
  );
  return found.rows.map(({ key }) => key);
}

async function elements(
  { pool, scope, send }: VerifyContext,
  buckets: readonly number[],
): Promise<ReadonlyMap<number, readonly (Symbol64 & { readonly key: string })[]>> {
  const found = await pool.query<{ bucket: number; key: string; version: number }>(
    `select slot % $4 as bucket, key, (h::bit(24))::int as version
     from mig_ver where tenant = $1 and grp = $2 and slot = any($3) and h is not null`,
    [
      scope.tenant,
      scope.group,
      buckets.flatMap((bucket) => slotsOf(bucket, send.scope.buckets)),
      send.scope.buckets,
    ],
  );
  const byBucket = new Map<number, (Symbol64 & { key: string })[]>(
    buckets.map((bucket) => [bucket, []]),
  );
  for (const { bucket, key, version } of found.rows) {
    const versionTag = version.toString(16).padStart(6, '0');
    byBucket.get(bucket)?.push({ key, keyTag: keyTag(key), versionTag });
  }
  return byBucket;
}
