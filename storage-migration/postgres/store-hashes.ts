import type { ClientBase, Pool } from 'pg';
import type { Acknowledged } from '../copy/source.ts';
import type { Scope } from '../terms.ts';

/**
 * Notes the hashes of versions in `mig_ver`, each only if the row still has exactly that version. Rows that an open
 * transaction of the app holds are skipped: they are about to get another version.
 */
export async function storeHashes(
  db: Pool | ClientBase,
  scope: Scope,
  mapping: number,
  items: readonly Acknowledged[],
): Promise<void> {
  await db.query(
    `with free as materialized (
       select key, epoch, n from mig_ver
       where tenant = $1 and grp = $2 and key = any($3) order by key for update skip locked)
     update mig_ver v set h = ('x' || a.h)::bit(128), h_epoch = a.e, h_n = a.n, h_mapv = $7
     from free f, unnest($3::text[], $4::int[], $5::bigint[], $6::text[]) as a(key, e, n, h)
     where v.tenant = $1 and v.grp = $2 and v.key = f.key and a.key = f.key and a.e = f.epoch and a.n = f.n`,
    [
      scope.tenant,
      scope.group,
      items.map((item) => item.key),
      items.map((item) => item.version.e),
      items.map((item) => item.version.n),
      items.map((item) => item.hash),
      mapping,
    ],
  );
}
