import type { ClientBase, Pool } from 'pg';
import { slotsOf } from '../bucket/slot.ts';
import type { Cursor } from '../bucket/position.ts';
import type { Slice, SliceReader } from '../copy/source.ts';
import { LayerError } from '../errors.ts';
import { splitKey, type GroupDefinition } from '../record/define-record.ts';
import { recordOf, type VersionedRow } from '../record/outgoing.ts';
import { inTransaction } from './transaction.ts';

/** A row of `mig_ver`, as far as reading needs it. */
export interface VersionRow {
  key: string;
  slot: number;
  epoch: number;
  n: string;
  deleted: boolean;
}

/**
 * Reads records with their versions and the gate's epoch in **one** repeatable-read snapshot. Stamping rows with an epoch
 * that is read later would bring deleted records back.
 */
export class RecordReader implements SliceReader {
  readonly #pool: Pool;
  readonly #group: GroupDefinition;
  readonly #tenant: string;
  readonly #buckets: number;

  constructor(pool: Pool, group: GroupDefinition, tenant: string, buckets: number) {
    this.#pool = pool;
    this.#group = group;
    this.#tenant = tenant;
    this.#buckets = buckets;
  }

  after(bucket: number, cursor: Cursor, limit: number): Promise<Slice> {
    const slots = slotsOf(bucket, this.#buckets);
    const [slot, key] = cursor.at === 'key' ? [cursor.slot, cursor.key] : [-1, ''];
    return this.#snapshot(async (client) => {
      const found = await client.query<VersionRow>(
        `select key, slot, epoch, n, deleted from mig_ver
         where tenant = $1 and grp = $2 and slot = any($3) and (slot, key) > ($4, $5)
         order by slot, key limit $6`,
        [this.#tenant, this.#group.group, slots, slot, key, limit],
      );
      return { versions: found.rows, last: found.rows.length < limit };
    });
  }

  /**
   * Changed records that the backfill has passed, oldest first, grouped by bucket. Records set aside in their present
   * version are left out; those still ahead of the cursor travel with the backfill.
   */
  async dirty(limit: number): Promise<ReadonlyMap<number, Slice>> {
    const slice = await this.#snapshot(async (client) => {
      const found = await client.query<VersionRow>(
        `select v.key, v.slot, v.epoch, v.n, v.deleted
         from mig_dirty d
         join mig_ver v using (tenant, grp, key)
         join mig_racked b on b.tenant = d.tenant and b.grp = d.grp and b.bucket = v.slot % $3
         left join mig_set_aside s on s.tenant = d.tenant and s.grp = d.grp and s.key = d.key
           and s.epoch = v.epoch and s.n = v.n
         where d.tenant = $1 and d.grp = $2 and s.key is null
           and (b.bf_done or (v.slot, v.key) <= (b.bf_slot, b.bf_key))
         order by d.since limit $4`,
        [this.#tenant, this.#group.group, this.#buckets, limit],
      );
      return { versions: found.rows, last: true };
    });
    const byBucket = new Map<number, VersionedRow[]>();
    for (const row of slice.rows) {
      const bucket = row.slot % this.#buckets;
      const rows = byBucket.get(bucket);
      if (rows === undefined) byBucket.set(bucket, [row]);
      else rows.push(row);
    }
    return new Map([...byBucket].map(([bucket, rows]) => [bucket, { ...slice, rows }]));
  }

  /** The present state of these keys; keys without a version are left out. */
  keys(keys: readonly string[]): Promise<Slice> {
    return this.#snapshot(async (client) => {
      const found = await client.query<VersionRow>(
        `select key, slot, epoch, n, deleted from mig_ver
         where tenant = $1 and grp = $2 and key = any($3) order by slot, key`,
        [this.#tenant, this.#group.group, keys],
      );
      return { versions: found.rows, last: true };
    });
  }

  #snapshot(
    read: (client: ClientBase) => Promise<{ versions: VersionRow[]; last: boolean }>,
  ): Promise<Slice> {
    return inTransaction(
      this.#pool,
      async (client) => {
        const gate = await client.query<{ epoch: number }>(
          'select epoch from mig_gate where tenant = $1 and grp = $2',
          [this.#tenant, this.#group.group],
        );
        const { versions, last } = await read(client);
        const rows = await joinRows(client, this.#group, this.#tenant, versions);
        return { epoch: gate.rows[0]?.epoch ?? 1, rows, last };
      },
      'repeatable read, read only',
    );
  }
}

/**
 * The app's rows to these versions, read through `client`, whose transaction is one snapshot. Throws `source.row_missing`
 * when a live version has none.
 */
export async function joinRows(
  client: ClientBase,
  group: GroupDefinition,
  tenant: string,
  versions: readonly VersionRow[],
): Promise<VersionedRow[]> {
  const idsOf = new Map<string, string[]>();
  for (const { key, deleted } of versions) {
    if (deleted) continue;
    const { type, id } = splitKey(key);
    const ids = idsOf.get(type);
    if (ids === undefined) idsOf.set(type, [id]);
    else ids.push(id);
  }
  const rowOf = new Map<string, unknown>();
  for (const [type, ids] of idsOf) {
    const loaded = await recordOf(group, `${type}:`).source.load(client, tenant, ids);
    for (const [id, row] of loaded) rowOf.set(`${type}:${id}`, row);
  }
  return versions.map(({ key, slot, epoch, n, deleted }) => {
    if (!deleted && !rowOf.has(key)) {
      throw new LayerError('source.row_missing', `${key} has a version but no row`);
    }
    return { key, slot, version: { e: epoch, n: Number(n) }, deleted, row: rowOf.get(key) };
  });
}
