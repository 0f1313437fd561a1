import type { ClientBase } from 'pg';
import type { StoredValue } from '../../copy/read-value.ts';
import { LayerError } from '../../errors.ts';
import { splitKey, type GroupDefinition } from '../../record/define-record.ts';
import { recordOf } from '../../record/outgoing.ts';
import type { Scope } from '../../terms.ts';

/** See `PostgresSide.applyReverse`. Runs in the caller's transaction: position, versions and rows together. */
export async function applyReverse(
  client: ClientBase,
  scope: Scope,
  group: GroupDefinition,
  bucket: number,
  position: number,
  records: ReadonlyMap<string, StoredValue>,
): Promise<number> {
  const begun = await client.query<{ moves: boolean }>(
    'select mig_reverse($1, $2, $3, $4) as moves',
    [scope.tenant, scope.group, bucket, position],
  );
  if (begun.rows[0]?.moves !== true) return 0;
  let applied = 0;
  // In key order, as every transaction that touches several records.
  for (const [key, stored] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (await take(client, scope, group, key, stored)) applied += 1;
  }
  await client.query('select mig_reverse_done($1, $2)', [scope.tenant, scope.group]);
  return applied;
}

async function take(
  client: ClientBase,
  scope: Scope,
  group: GroupDefinition,
  key: string,
  { version, deleted, hash, value }: StoredValue,
): Promise<boolean> {
  const taken = await client.query<{ verdict: 'newer' | 'older' | 'split' }>(
    'select mig_take($1, $2, $3, $4, $5, $6, $7, $8) as verdict',
    [
      ...[scope.tenant, scope.group, key, version.e, version.n, deleted],
      ...[hash ?? '0'.repeat(32), group.mapping],
    ],
  );
  const verdict = taken.rows[0]?.verdict;
  if (verdict === 'split') {
    throw new LayerError('split_brain', `${key} has two contents for one version`, { key });
  }
  if (verdict !== 'newer') return false;
  const { source } = recordOf(group, key);
  if (source.write === undefined) {
    throw new LayerError('record.not_reversible', `${splitKey(key).type} has no way back`);
  }
  await source.write(client, scope.tenant, splitKey(key).id, deleted ? undefined : value);
  return true;
}
