import type { Pool } from 'pg';
import { formatCursor } from '../bucket/position.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { insist } from '../copy/insist.ts';
import { inspectSettled } from '../copy/read-stored.ts';
import type { SendContext } from '../copy/send-context.ts';
import { logKey, parseLogEntry } from '../forge/log-entry.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { compareVersions, type Authority, type Scope, type Version } from '../terms.ts';

/** Log entries looked through from the newest, at most. */
const ENTRIES = 100;

/** What both sides know of one record: versions and hashes, never values. */
export interface Explanation {
  readonly key: string;
  readonly slot: number;
  readonly bucket: number;
  readonly postgres: {
    readonly gate: { readonly state: string; readonly epoch: number } | null;
    readonly version: Version | null;
    readonly deleted: boolean;
    /** The hash the sender computed, and the version it holds for; null when it was never sent. */
    readonly hash: { readonly hash: string; readonly of: Version } | null;
    /** A version that Forge has not acknowledged yet. */
    readonly dirty: { readonly version: Version; readonly since: Date } | null;
    readonly setAside: { readonly code: string; readonly reason: string } | null;
    /** How far the bucket has come back, and the newest register ever seen on its head. */
    readonly reverse: {
      readonly seq: number;
      readonly seenEpoch: number;
      readonly seenSeq: number;
    } | null;
  };
  readonly forge: {
    readonly head: {
      readonly authority: Authority;
      readonly epoch: number;
      readonly seq: number;
      readonly f0: number;
      readonly cursor: string;
    };
    readonly version: Version | null;
    readonly deleted: boolean;
    readonly hash: string | null;
    /** How many parts its value lies in; 0: it is whole. */
    readonly parts: number;
    /** Why its content can't be had although its version stands. */
    readonly broken: string | null;
    /** The newest log entry that names the record, among the last hundred. */
    readonly log: {
      readonly seq: number;
      readonly version: Version;
      readonly mutation: string | null;
    } | null;
  };
  /** One sentence. */
  readonly verdict: string;
}

export interface ExplainContext {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
}

/** Looks a record up on both sides. Reads strictly, changes nothing, and shows no value. */
export async function explain(context: ExplainContext, key: string): Promise<Explanation> {
  const { send, group, scope } = context;
  const slot = slotOf(key);
  const bucket = bucketOf(slot, send.scope.buckets);
  // Head first, as for every read that concludes something.
  const head = await send.heads.readStrictly(send, bucket);
  const { broken, ...stored } = await inspectSettled(send, group, key, 'repair');
  const log =
    head.auth === 'P' || head.auth === 'S' ? null : await lastEntry(context, bucket, key, head);
  const postgres = await postgresSide(context.pool, scope, key, bucket);
  const forge = {
    head: {
      ...{ authority: head.auth, epoch: head.epoch, seq: head.seq, f0: head.f0 },
      cursor: formatCursor(head.bf),
    },
    version: stored.hash === undefined ? null : stored.version,
    deleted: stored.hash !== undefined && stored.deleted,
    hash: broken === undefined ? (stored.hash ?? null) : null,
    parts: stored.parts ?? 0,
    broken: broken ?? null,
    log,
  };
  return { key, slot, bucket, postgres, forge, verdict: verdictOf(postgres, forge) };
}

function verdictOf(
  postgres: Explanation['postgres'],
  forge: Pick<Explanation['forge'], 'version' | 'hash' | 'head' | 'broken'>,
): string {
  if (forge.broken !== null) return `Forge's copy is broken, ${forge.broken}: quarantine.`;
  const [here, there] = [postgres.version, forge.version];
  if (forge.head.authority === 'S' && there === null) {
    return 'Forge has no such record, and Forge alone holds this tenant.';
  }
  if (here === null && there === null) return 'Neither side knows this record.';
  if (here === null) return 'Only Forge knows it: Forge wrote it, and it has not come back yet.';
  if (there === null) return 'Only Postgres knows it: it has not been sent yet.';
  const order = compareVersions(here, there);
  if (order === 0) {
    const { hash } = postgres;
    const isComparable = hash !== null && compareVersions(hash.of, here) === 0;
    if (!isComparable) return 'Both have the same version; its hash is not known in Postgres.';
    return hash.hash === forge.hash
      ? 'Both sides hold the same.'
      : 'The same version has two contents: quarantine.';
  }
  if (order > 0) {
    return postgres.dirty === null
      ? 'Postgres is newer and nothing is on its way: run a verification.'
      : 'Postgres is newer, and the change is on its way.';
  }
  if (forge.head.authority === 'S') {
    return 'Forge holds it alone: the tenant is final, and Postgres keeps what was there before.';
  }
  return forge.head.authority === 'P'
    ? 'Forge is newer although Postgres is the authority: quarantine.'
    : 'Forge is newer, and the change is on its way back.';
}

async function lastEntry(
  { send, scope }: ExplainContext,
  bucket: number,
  key: string,
  head: { readonly seq: number; readonly f0: number },
): Promise<Explanation['forge']['log']> {
  for (let seq = head.seq; seq > Math.max(head.f0, head.seq - ENTRIES); seq -= 1) {
    const item = { key: logKey(scope.group, bucket, seq), entity: undefined };
    const found = await insist(send, 'read', 'repair', 1, (carrier) => carrier.get(item));
    if (found === undefined) continue;
    const entry = parseLogEntry(found.value, item.key);
    const record = entry.records.find((one) => one.key === key);
    if (record !== undefined) {
      return { seq, version: record.version, mutation: entry.mutation ?? null };
    }
  }
  return null;
}

interface Row {
  gate: string | null;
  gate_epoch: number | null;
  epoch: number | null;
  n: string | null;
  deleted: boolean | null;
  h: string | null;
  h_epoch: number | null;
  h_n: string | null;
  dirty_epoch: number | null;
  dirty_n: string | null;
  since: Date | null;
  code: string | null;
  reason: string | null;
  seq: string | null;
  seen_epoch: number | null;
  seen_seq: string | null;
}

async function postgresSide(
  pool: Pool,
  { tenant, group }: Scope,
  key: string,
  bucket: number,
): Promise<Explanation['postgres']> {
  const found = await pool.query<Row>(
    `select g.gate, g.epoch as gate_epoch, v.epoch, v.n, v.deleted,
            (select string_agg(lpad(to_hex(substring(v.h from i * 8 + 1 for 8)::int), 2, '0'), '' order by i)
               from generate_series(0, 15) i where v.h is not null) as h,
            v.h_epoch, v.h_n,
            d.epoch as dirty_epoch, d.n as dirty_n, d.since, s.code, s.reason,
            r.seq, r.seen_epoch, r.seen_seq
     from (select $1::text as tenant, $2::text as grp, $3::text as key) k
     left join mig_gate g using (tenant, grp)
     left join mig_ver v using (tenant, grp, key)
     left join mig_dirty d using (tenant, grp, key)
     left join mig_set_aside s using (tenant, grp, key)
     left join mig_racked r on r.tenant = k.tenant and r.grp = k.grp and r.bucket = $4`,
    [tenant, group, key, bucket],
  );
  const row = found.rows[0];
  const hash = row?.h ?? null;
  return {
    gate: row?.gate == null ? null : { state: row.gate, epoch: row.gate_epoch ?? 1 },
    version: version(row?.epoch, row?.n),
    deleted: row?.deleted === true,
    hash: hash === null ? null : { hash, of: version(row?.h_epoch, row?.h_n) ?? { e: 0, n: 0 } },
    dirty:
      row?.since == null
        ? null
        : { version: version(row.dirty_epoch, row.dirty_n) ?? { e: 0, n: 0 }, since: row.since },
    setAside: row?.code == null ? null : { code: row.code, reason: row.reason ?? '' },
    reverse:
      row?.seq == null
        ? null
        : {
            seq: Number(row.seq),
            seenEpoch: row.seen_epoch ?? 0,
            seenSeq: Number(row.seen_seq ?? 0),
          },
  };
}

function version(epoch: number | null | undefined, n: string | null | undefined): Version | null {
  return epoch == null || n == null ? null : { e: epoch, n: Number(n) };
}
