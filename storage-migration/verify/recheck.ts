import type { Head } from '../bucket/head.ts';
import { inLanes } from '../copy/in-lanes.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { bucketHorizons } from './horizon.ts';
import type { PassResult } from './pass.ts';
import { scrubRows } from './scrub.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

/** Records of one batch read. */
const BATCH = 25;
/** Batches read at once. */
const LANES = 8;

/**
 * Binds the last clean scrub to the heads as they stand now: reads back the records that were written since each bucket was
 * last looked at, and only those, whatever bucket they are in, 25 a request. `clean`: the scrub counts for the present `seq`
 * of every head, but for what is still waiting to be sent. `different`: the scrub no longer counts. `abandoned`: there is no
 * clean scrub, another authority wrote meanwhile, or it was asked to stop.
 */
export async function recheck(context: VerifyContext): Promise<PassResult> {
  const pass = await cleanPass(context);
  if (pass === undefined) return 'abandoned';
  const changed = await changedKeys(context);
  const buckets = [...new Set(changed.values())];
  // Before the reading: what is written after these two moments may be missed by it, and nothing else.
  const horizons = await bucketHorizons(context, buckets);
  const heads = await headsOfPass(context, pass, buckets);
  if (heads === undefined) return 'abandoned';
  const result = await readChanged(context, pass, changed);
  if (result === 'clean') await noteLooks(context, pass.passId, heads, horizons);
  return result;
}

/** Records that are read strictly at once: a batch would show most of them as they were before. */
const MOST_STRICT = 64;

/**
 * The same while writers wait: answers whether the scrub counts, in the time of one call where little was written since, and
 * notes nothing. Only where somebody compares the heads beside it: it does not look at them.
 */
export async function recheckHastily(context: VerifyContext): Promise<PassResult> {
  const pass = await cleanPass(context);
  if (pass === undefined) return 'abandoned';
  const changed = await changedKeys(context);
  const isHasty = changed.size <= MOST_STRICT;
  return readChanged({ ...context, isHasty }, pass, changed);
}

/** Reads these records back, 25 at a time. */
async function readChanged(
  context: VerifyContext,
  pass: CleanPass,
  changed: ReadonlyMap<string, number>,
): Promise<PassResult> {
  const keys = [...changed.keys()];
  const batches: string[][] = [];
  for (let at = 0; at < keys.length; at += BATCH) batches.push(keys.slice(at, at + BATCH));
  const findings: Finding[] = [];
  const outcome = { isWhole: true };
  await inLanes(batches, LANES, async (batch) => {
    if (findings.length > 0 || context.shouldStop?.() === true) {
      outcome.isWhole = false;
      return;
    }
    const { rows } = await context.reader.keys(batch);
    findings.push(...(await scrubRows(context, rows)));
  });
  if (findings.length > 0) {
    // Where the register has moved meanwhile, what was found says nothing.
    const theirs = new Set(findings.flatMap(({ key }) => changed.get(key) ?? []));
    const now = await readHeads(context.send, [...theirs]);
    if (![...now.values()].every((head) => isOfPass(pass, head))) return 'abandoned';
    await noteFindings(context, pass.passId, findings);
    return 'different';
  }
  return outcome.isWhole ? 'clean' : 'abandoned';
}

/**
 * The heads of these buckets, as a glance shows them: one that is behind binds the pass to an earlier `seq` than it could, and
 * never to a later one. Undefined when one of them has left the pass's register; only a strict read says so.
 */
async function headsOfPass(
  { send }: VerifyContext,
  pass: CleanPass,
  buckets: readonly number[],
): Promise<ReadonlyMap<number, Head> | undefined> {
  const heads = new Map<number, Head>();
  for (const [bucket, seen] of await glanceAtHeads(send, 'scrub', buckets)) {
    const head = isOfPass(pass, seen) ? seen : await send.heads.readStrictly(send, bucket);
    if (!isOfPass(pass, head)) return undefined;
    heads.set(bucket, head);
  }
  return heads;
}

function isOfPass({ epoch }: CleanPass, head: Head): boolean {
  return head.auth === 'P' && head.epoch === epoch;
}

interface CleanPass {
  readonly passId: string;
  readonly epoch: number;
}

async function cleanPass({ pool, scope, send }: VerifyContext): Promise<CleanPass | undefined> {
  const found = await pool.query<{ pass_id: string; epoch: number }>(
    `select p.pass_id, g.epoch from mig_gate g, mig_clean_pass($1, $2, $3, g.epoch) p
     where g.tenant = $1 and g.grp = $2`,
    [scope.tenant, scope.group, send.scope.incarnation],
  );
  const row = found.rows[0];
  return row === undefined ? undefined : { passId: row.pass_id, epoch: row.epoch };
}

/** Keys whose version was given since their bucket was last looked at, with the bucket. */
async function changedKeys(context: VerifyContext): Promise<ReadonlyMap<string, number>> {
  const { pool, scope, send } = context;
  const found = await pool.query<{ bucket: number; key: string }>(
    `select r.bucket, v.key from mig_ver v
     join mig_racked r on r.tenant = v.tenant and r.grp = v.grp and r.bucket = v.slot % $3
     where v.tenant = $1 and v.grp = $2 and v.xact >= coalesce(r.scrubbed_xact, '0'::xid8)
     order by r.bucket, v.key`,
    [scope.tenant, scope.group, send.scope.buckets],
  );
  return new Map(found.rows.map(({ bucket, key }) => [key, bucket]));
}

/** All in one transaction: it is the whole look that was clean. */
async function noteLooks(
  { pool, scope }: VerifyContext,
  passId: string,
  heads: ReadonlyMap<number, Head>,
  horizons: ReadonlyMap<number, string>,
): Promise<void> {
  const buckets = [...heads.keys()];
  const seqs = [...heads.values()].map(({ seq }) => seq);
  await inTransaction(pool, async (client) => {
    await client.query(
      `update mig_racked r set scrubbed_seq = l.seq, scrubbed_xact = l.horizon::xid8
       from unnest($3::int[], $4::bigint[], $5::text[]) as l(bucket, seq, horizon)
       where r.tenant = $1 and r.grp = $2 and r.bucket = l.bucket`,
      [scope.tenant, scope.group, buckets, seqs, buckets.map((one) => horizons.get(one) ?? '0')],
    );
    await client.query(
      `update mig_pass set seqs = (
         select array_agg(coalesce(l.seq, p.seq)::int order by p.at)
         from unnest(seqs) with ordinality as p(seq, at)
         left join unnest($2::int[], $3::bigint[]) as l(bucket, seq) on l.bucket = p.at - 1)
       where pass_id = $1 and cardinality(seqs) > 0`,
      [passId, buckets, seqs],
    );
  });
}

/** The scrub has found less than there was, so none of what it found right counts: the next one reads everything. */
async function noteFindings(
  { pool, scope }: VerifyContext,
  passId: string,
  findings: readonly Finding[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `update mig_pass set result = 'different', differences = $2 where pass_id = $1`,
      [passId, findings.length],
    );
    await client.query('update mig_racked set scrubbed_at = null where tenant = $1 and grp = $2', [
      scope.tenant,
      scope.group,
    ]);
    for (const { key, class: kind, detail } of findings.slice(0, 10_000)) {
      await client.query(
        `insert into mig_difference (pass_id, key, class, detail) values ($1, $2, $3, $4)
         on conflict do nothing`,
        [passId, key, kind, JSON.stringify(detail)],
      );
    }
  });
}
