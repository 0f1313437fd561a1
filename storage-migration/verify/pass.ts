import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Authority } from '../terms.ts';
import { followerOf, type Finding, type VerifyContext } from './verify-context.ts';

export type PassResult = 'clean' | 'different' | 'abandoned';

export interface PassSummary {
  readonly passId: string;
  readonly result: PassResult;
  readonly differences: number;
  readonly compared: number;
}

/**
 * A verification that is under way. It counts only for the incarnation, epoch and registers it saw; nothing is kept as
 * verified beyond a failure.
 */
export interface Pass {
  readonly passId: string;
  /** Of the gate while Postgres is the authority, of the heads while Forge is. */
  readonly epoch: number;
  /** `seq` of every head at the moment its bucket was found equal. */
  readonly seqs: Map<number, number>;
  /** Epoch of every head as it was first seen. */
  readonly epochs: Map<number, number>;
  compared: number;
  readonly findings: Finding[];
  /** Those that were the case whatever has happened since: no later look at the register is needed for them. */
  readonly proven: Set<Finding>;
  /**
   * A hand-over, a restore or a recovery has moved the register meanwhile. What was read before and what was read after it
   * do not belong together, so nothing follows from the pass in either direction.
   */
  isOvertaken: boolean;
}

export async function beginPass(context: VerifyContext, kind: 'digest' | 'scrub'): Promise<Pass> {
  const { scope, send, pool } = context;
  const passId = randomUUID();
  const epoch =
    followerOf(context) === 'forge'
      ? await gateEpoch(context)
      : (await send.heads.readStrictly(send, 0)).epoch;
  await pool.query(
    `insert into mig_pass (pass_id, tenant, grp, incarnation, epoch, kind, started)
     values ($1, $2, $3, $4, $5, $6, now())`,
    [passId, scope.tenant, scope.group, send.scope.incarnation, epoch, kind],
  );
  return {
    ...{ passId, epoch, seqs: new Map(), epochs: new Map() },
    ...{ compared: 0, findings: [], proven: new Set<Finding>(), isOvertaken: false },
  };
}

async function gateEpoch({ pool, scope }: VerifyContext): Promise<number> {
  const found = await pool.query<{ epoch: number }>(
    'select epoch from mig_gate where tenant = $1 and grp = $2',
    [scope.tenant, scope.group],
  );
  return found.rows[0]?.epoch ?? 1;
}

/**
 * Whether a head is still the one that the pass began with: with the same authority, at the same epoch. Must be asked for a
 * head that was read **after** what is concluded. A head never comes back to a register it has left, so then it had not left
 * it before either. A head that is not has overtaken the pass, so it must have been read strictly.
 */
export function isOfPass(context: VerifyContext, pass: Pass, bucket: number, head: Head): boolean {
  if (!fitsPass(context, pass, bucket, head)) pass.isOvertaken = true;
  else if (!pass.epochs.has(bucket)) pass.epochs.set(bucket, head.epoch);
  return !pass.isOvertaken;
}

/** As {@link isOfPass}, without a conclusion: for a head that may be behind. */
export function fitsPass(context: VerifyContext, pass: Pass, bucket: number, head: Head): boolean {
  const isForge = followerOf(context) === 'postgres';
  const authority: Authority = isForge ? 'F' : 'P';
  const epoch = isForge ? (pass.epochs.get(bucket) ?? head.epoch) : pass.epoch;
  return head.auth === authority && head.epoch === epoch;
}

/** Writes the result with its findings. `abandoned` proves nothing in either direction. */
export async function endPass(
  context: VerifyContext,
  pass: Pass,
  isComplete: boolean,
): Promise<PassSummary> {
  await confirmFindings(context, pass);
  const seqs = Array.from(
    { length: context.send.scope.buckets },
    (_, bucket) => pass.seqs.get(bucket) ?? -1,
  );
  return inTransaction(context.pool, async (client) => {
    if (!(await isStillTheAuthority(client, context, pass))) pass.isOvertaken = true;
    const findings = pass.isOvertaken ? [] : pass.findings;
    const result = resultOf(pass, isComplete);
    await client.query(
      `update mig_pass
       set ended = now(), seqs = $2, compared = $3, differences = $4, result = $5, oldest = (
         select min(r.scrubbed_at) from mig_racked r
         where mig_pass.kind = 'scrub' and r.tenant = mig_pass.tenant and r.grp = mig_pass.grp)
       where pass_id = $1`,
      [pass.passId, seqs, pass.compared, findings.length, result],
    );
    const named = findings.slice(0, 10_000);
    await client.query(
      `insert into mig_difference (pass_id, key, class, detail)
       select $1::uuid, * from unnest($2::text[], $3::text[], $4::jsonb[])
       on conflict do nothing`,
      [
        pass.passId,
        named.map((finding) => finding.key),
        named.map((finding) => finding.class),
        named.map((finding) => JSON.stringify(finding.detail)),
      ],
    );
    const { passId, compared } = pass;
    return { passId, result, differences: findings.length, compared };
  });
}

function resultOf(pass: Pass, isComplete: boolean): PassResult {
  if (pass.isOvertaken) return 'abandoned';
  if (pass.findings.length > 0) return 'different';
  return isComplete ? 'clean' : 'abandoned';
}

/** What was found in a bucket whose register has moved by now may be the other side's newest write: no finding, no alarm. */
async function confirmFindings(context: VerifyContext, pass: Pass): Promise<void> {
  const { send } = context;
  const seen = pass.findings.filter((finding) => !pass.proven.has(finding));
  const buckets = new Set(seen.map(({ key }) => bucketOfFinding(key, send.scope.buckets)));
  for (const bucket of buckets) {
    if (pass.isOvertaken) return;
    isOfPass(context, pass, bucket, await send.heads.readStrictly(send, bucket));
  }
}

/** Findings name a record, or the head itself. */
function bucketOfFinding(key: string, buckets: number): number {
  const head = /^h:.*:(\d+)$/.exec(key)?.[1];
  return head === undefined ? bucketOf(slotOf(key), buckets) : Number(head);
}

/** As the gate and the stage say, in the transaction that writes the result. */
async function isStillTheAuthority(
  client: PoolClient,
  context: VerifyContext,
  pass: Pass,
): Promise<boolean> {
  const { tenant, group } = context.scope;
  const found = await client.query<{ gate: string; epoch: number; inc: number; stage: string }>(
    `select g.gate, g.epoch, t.incarnation as inc, t.stage
     from mig_tenant t join mig_gate g using (tenant, grp) where t.tenant = $1 and t.grp = $2`,
    [tenant, group],
  );
  const row = found.rows[0];
  if (row?.inc !== context.send.scope.incarnation) return false;
  if (followerOf(context) === 'postgres') return row.gate === 'closed';
  const isAtForge = row.gate === 'closed' && row.stage !== 'draining';
  return row.epoch === pass.epoch && !isAtForge;
}
