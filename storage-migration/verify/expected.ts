import { isSetAside, prepare, type VersionedRow } from '../record/outgoing.ts';
import type { Expected } from './classify.ts';
import type { VerifyContext } from './verify-context.ts';

/** What Postgres says about these keys now, hashes computed afresh from the app's rows. */
export async function expectedOf(
  context: VerifyContext,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Expected & { readonly row: VersionedRow }>> {
  const slice = await context.reader.keys(keys);
  const lagging = await laggingKeys(context, keys);
  const expected = new Map<string, Expected & { row: VersionedRow }>();
  for (const row of slice.rows) {
    const item = prepare(context.group, context.send.scope.tenantKey, row);
    const hash = isSetAside(item) ? '' : item.hash;
    const mayLag = lagging.has(row.key) || isSetAside(item);
    expected.set(row.key, { version: row.version, deleted: row.deleted, hash, mayLag, row });
  }
  return expected;
}

/** Keys that are dirty, or not passed by the backfill yet. */
async function laggingKeys(context: VerifyContext, keys: readonly string[]): Promise<Set<string>> {
  const { tenant, group } = context.scope;
  const found = await context.pool.query<{ key: string }>(
    `select v.key from mig_ver v
     left join mig_dirty d using (tenant, grp, key)
     left join mig_racked b on b.tenant = v.tenant and b.grp = v.grp and b.bucket = v.slot % $4
     where v.tenant = $1 and v.grp = $2 and v.key = any($3)
       and (d.key is not null or b.bucket is null
         or not (b.bf_done or coalesce((v.slot, v.key) <= (b.bf_slot, b.bf_key), false)))`,
    [tenant, group, keys, context.send.scope.buckets],
  );
  return new Set(found.rows.map((row) => row.key));
}
