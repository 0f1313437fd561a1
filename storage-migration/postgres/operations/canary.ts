import type { ClientBase, Pool } from 'pg';
import type { CanarySide, Sample } from '../../handover/canary.ts';
import { splitKey, type GroupDefinition } from '../../record/define-record.ts';
import type { Json, Scope } from '../../terms.ts';
import { inTransaction } from '../transaction.ts';

/** Characters of JSON that a sample may have: a canary writes one small item. */
const LARGEST = 150_000;

/** See `CanarySide`. */
export function canarySide(pool: Pool, { tenant }: Scope, group: GroupDefinition): CanarySide {
  const load = async (client: ClientBase, key: string): Promise<Json | undefined> => {
    const { type, id } = splitKey(key);
    const record = group.records.get(type);
    const rows = await record?.source.load(client, tenant, [id]);
    return rows?.has(id) === true ? record?.encode(rows.get(id)) : undefined;
  };
  return {
    samples: () =>
      inTransaction(
        pool,
        async (client) => {
          const samples: Sample[] = [];
          for (const type of group.records.keys()) {
            const found = await client.query<{ key: string }>(
              `select key from mig_ver where tenant = $1 and grp = $2 and not deleted
                 and key > $3 and starts_with(key, $3) order by key limit 1`,
              [tenant, group.group, `${type}:`],
            );
            const key = found.rows[0]?.key;
            const value = key === undefined ? undefined : await load(client, key);
            if (key === undefined || value === undefined) continue;
            if (JSON.stringify(value).length <= LARGEST) samples.push({ key, value });
          }
          return samples;
        },
        'repeatable read, read only',
      ),
    thereAndBack: (key, value) =>
      undone(pool, async (client) => {
        const { type, id } = splitKey(key);
        const source = group.records.get(type)?.source;
        if (source?.write === undefined) throw new Error('its type has no way back');
        await source.write(client, tenant, id, value);
        const back = await load(client, key);
        if (back === undefined) throw new Error('its row is gone');
        return back;
      }),
  };
}

/** Runs `work` in a transaction that is always rolled back. */
async function undone<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('begin');
    await client.query(`set local lock_timeout = '2s'`);
    return await work(client);
  } finally {
    await client.query('rollback').catch(() => (broken = true));
    client.release(broken);
  }
}
