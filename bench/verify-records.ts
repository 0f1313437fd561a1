import type { Pool } from 'pg';
import { defineGroup, defineRecord, type GroupDefinition, type Version } from 'crossgrade';
import { isSetAside, prepareValue, type Outgoing } from '../storage-migration/record/outgoing.ts';
import { slotOf } from '../storage-migration/bucket/slot.ts';
import { TENANT } from './bench-tenant.ts';

/** Bytes of a record's document: with keys, attributes and version about 1.1 KB on the wire. */
const BYTES = 950;
const TEXT = 'x'.repeat(BYTES);
const OTHER_TEXT = 'y'.repeat(BYTES);
export const TENANT_KEY = Buffer.alloc(32, 9);

/** A row that is made from its number when somebody asks for it: nothing has to be held a million times. */
interface MadeRow {
  readonly n: number;
}

export const VERIFY_GROUP: GroupDefinition = defineGroup({
  group: 'bench',
  mapping: 1,
  records: [
    defineRecord<MadeRow>({
      type: 'list',
      target: {
        kind: 'entity',
        entity: 'tally-list',
        attributes: { issue: 'string', rank: 'string', doc: 'any' },
      },
      encode: ({ n }) => valueOf(n),
      source: {
        load: (_client, _tenant, ids) =>
          Promise.resolve(new Map(ids.map((id) => [id, { n: Number(id) }]))),
        compare: (row, stored) =>
          JSON.stringify(stored) === JSON.stringify(valueOf(row.n)) ? [] : ['doc'],
      },
    }),
  ],
});

function valueOf(n: number, text = TEXT): { doc: string; issue: string; rank: string } {
  return { doc: `${n} ${text}`, issue: '10001', rank: 'a0' };
}

export function keyOf(n: number): string {
  return `list:${n}`;
}

/** A record as the layer would send it. `isOther`: in another content. */
export function madeRecord(n: number, version: Version, isOther = false): Outgoing {
  const key = keyOf(n);
  const value = valueOf(n, isOther ? OTHER_TEXT : TEXT);
  const item = prepareValue(VERIFY_GROUP, TENANT_KEY, { key, slot: slotOf(key), version, value });
  if (isSetAside(item)) throw new Error(`record ${n} does not fit`);
  return item;
}

/**
 * Fills `mig_ver` with the versions of `count` records in one statement. The hashes are HMAC-SHA-256 over the same text as the
 * layer's, written out in SQL, so that the two sides of the comparison are computed apart.
 */
export async function seedMillion(pool: Pool, count: number, buckets: number): Promise<void> {
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    const block = Buffer.alloc(64, pad);
    TENANT_KEY.forEach((byte, at) => (block[at] = byte ^ pad));
    return block;
  });
  await pool.query('insert into mig_gate (tenant, grp) values ($1, $2)', [TENANT, 'bench']);
  await pool.query(
    `insert into mig_tenant (tenant, grp, cloud_id, installation_id, stage, layer_version, mapv, buckets, hash_key, copied_at)
     values ($1, 'bench', 'cloud', 'bench', 'verify', 1, 1, $2, $3, now())`,
    [TENANT, buckets, TENANT_KEY],
  );
  await pool.query(
    `insert into mig_racked (tenant, grp, bucket, seen_epoch, seen_seq, bf_done)
     select $1, 'bench', b, 1, 1, true from generate_series(0, $2::int - 1) b`,
    [TENANT, buckets],
  );
  await pool.query(
    `insert into mig_ver (tenant, grp, key, slot, epoch, n, deleted, xact, h, h_epoch, h_n, h_mapv)
     select $1, 'bench', m.key, mig_slot(m.key), 1, 1, false, pg_current_xact_id(),
       ('x' || left(encode(sha256($3 || sha256($2 || convert_to(m.text, 'UTF8'))), 'hex'), 32))::bit(128), 1, 1, 1
     from (select 'list:' || i as key,
         '"list:' || i || '",1,1,{"doc":"' || i || ' ' || $4::text || '","issue":"10001","rank":"a0"}' as text
       from generate_series(1, $5::int) i) m`,
    [TENANT, inner, outer, TEXT, count],
  );
  await pool.query('analyze mig_ver');
}

/** Gives some records a newer version in Postgres. */
export async function raiseVersions(pool: Pool, items: readonly Outgoing[]): Promise<void> {
  await pool.query(
    `update mig_ver v set n = 2, h_n = 2, h = ('x' || a.h)::bit(128)
     from unnest($2::text[], $3::text[]) as a(key, h)
     where v.tenant = $1 and v.grp = 'bench' and v.key = a.key`,
    [TENANT, items.map(({ key }) => key), items.map(({ hash }) => hash)],
  );
}
