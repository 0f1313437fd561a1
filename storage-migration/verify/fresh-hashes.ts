import { slotsOf } from '../bucket/slot.ts';
import { storeHashes } from '../postgres/store-hashes.ts';
import { isSetAside, prepare, type Outgoing } from '../record/outgoing.ts';
import type { VerifyContext } from './verify-context.ts';

const CHUNK = 200;

/**
 * Computes the hashes that `mig_ver` lacks for the present version and mapping in these buckets: the trigger can't encode,
 * so a row that changed since it was sent has none. Returns how many it computed.
 */
export async function freshenHashes(
  context: VerifyContext,
  buckets: readonly number[],
): Promise<number> {
  const { pool, scope, group, send } = context;
  const slots = buckets.flatMap((bucket) => slotsOf(bucket, send.scope.buckets));
  let computed = 0;
  let after = '';
  for (;;) {
    const stale = await pool.query<{ key: string }>(
      `select key from mig_ver
       where tenant = $1 and grp = $2 and slot = any($3) and key > $4
         and (h is null or h_epoch <> epoch or h_n <> n or h_mapv <> $5)
       order by key limit $6`,
      [scope.tenant, scope.group, slots, after, group.mapping, CHUNK],
    );
    const keys = stale.rows.map((row) => row.key);
    const last = keys.at(-1);
    if (last === undefined) return computed;
    after = last;
    const slice = await context.reader.keys(keys);
    const fresh = slice.rows
      .map((row) => prepare(group, send.scope.tenantKey, row))
      .filter((item): item is Outgoing => !isSetAside(item));
    computed += fresh.length;
    await storeHashes(pool, scope, group.mapping, fresh);
  }
}
