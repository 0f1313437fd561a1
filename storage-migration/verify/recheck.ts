import { inLanes } from '../copy/in-lanes.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { bucketHorizon } from './horizon.ts';
import type { PassResult } from './pass.ts';
import { scrubRows } from './scrub.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

const BATCH = 25;
/** Buckets looked at at once. */
const LANES = 8;

/**
 * Binds the last clean scrub to the heads as they stand now: reads back the records that were written since each bucket was
 * last looked at, and only those. `clean`: the scrub counts for the present `seq` of every head, but for what is still
 * waiting to be sent. `different`: the scrub no longer counts. `abandoned`: there is no clean scrub, or it was asked to stop.
 */
export async function recheck(context: VerifyContext): Promise<PassResult> {
  const { send } = context;
  const pass = await cleanPass(context);
  if (pass === undefined) return 'abandoned';
  const findings: Finding[] = [];
  const outcome = { isWhole: true };
  await inLanes([...(await changedKeys(context))], LANES, async ([bucket, keys]) => {
    if (findings.length > 0 || context.shouldStop?.() === true) {
      outcome.isWhole = false;
      return;
    }
    const horizon = await bucketHorizon(context, bucket);
    const head = await send.heads.readStrictly(send, bucket);
    const found = await scrubKeys(context, keys);
    const after = await send.heads.readStrictly(send, bucket);
    // Another authority wrote meanwhile: what was found says nothing.
    if (after.auth !== 'P' || after.epoch !== pass.epoch) {
      outcome.isWhole = false;
      return;
    }
    findings.push(...found);
    if (found.length === 0) await noteLook(context, pass.passId, bucket, head.seq, horizon);
  });
  if (findings.length > 0) {
    await noteFindings(context, pass.passId, findings);
    return 'different';
  }
  return outcome.isWhole ? 'clean' : 'abandoned';
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

/** Records by bucket whose version was given since the bucket was last looked at. */
async function changedKeys(context: VerifyContext): Promise<ReadonlyMap<number, string[]>> {
  const { pool, scope, send } = context;
  const found = await pool.query<{ bucket: number; key: string }>(
    `select r.bucket, v.key from mig_ver v
     join mig_racked r on r.tenant = v.tenant and r.grp = v.grp and r.bucket = v.slot % $3
     where v.tenant = $1 and v.grp = $2 and v.xact >= coalesce(r.scrubbed_xact, '0'::xid8)
     order by r.bucket, v.key`,
    [scope.tenant, scope.group, send.scope.buckets],
  );
  const keys = new Map<number, string[]>();
  for (const { bucket, key } of found.rows) {
    const known = keys.get(bucket);
    if (known === undefined) keys.set(bucket, [key]);
    else known.push(key);
  }
  return keys;
}

async function scrubKeys(context: VerifyContext, keys: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let at = 0; at < keys.length; at += BATCH) {
    const { rows } = await context.reader.keys(keys.slice(at, at + BATCH));
    findings.push(...(await scrubRows(context, rows)));
  }
  return findings;
}

async function noteLook(
  { pool, scope }: VerifyContext,
  passId: string,
  bucket: number,
  seq: number,
  horizon: string,
): Promise<void> {
  await pool.query(
    `with looked as (
       update mig_racked set scrubbed_seq = $5, scrubbed_xact = $6::xid8
       where tenant = $1 and grp = $2 and bucket = $3)
     update mig_pass set seqs[$3::int + 1] = $5::int where pass_id = $4`,
    [scope.tenant, scope.group, bucket, passId, seq, horizon],
  );
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
