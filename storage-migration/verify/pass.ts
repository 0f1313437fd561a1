import { randomUUID } from 'node:crypto';
import { inTransaction } from '../postgres/transaction.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

/**
 * A verification that is under way. It counts only for the incarnation, epoch and registers it saw; nothing is kept as
 * verified beyond a failure.
 */
export interface Pass {
  readonly passId: string;
  /** `seq` of every head at the moment its bucket was found equal. */
  readonly seqs: Map<number, number>;
  compared: number;
  readonly findings: Finding[];
}

export async function beginPass(context: VerifyContext, kind: 'digest' | 'scrub'): Promise<Pass> {
  const { tenant, group } = context.scope;
  const passId = randomUUID();
  await context.pool.query(
    `insert into mig_pass (pass_id, tenant, grp, incarnation, epoch, kind, started)
     select $1, $2, $3, $4, coalesce((select epoch from mig_gate where tenant = $2 and grp = $3), 1), $5, now()`,
    [passId, tenant, group, context.send.scope.incarnation, kind],
  );
  return { passId, seqs: new Map(), compared: 0, findings: [] };
}

/** Writes the result with its findings. `abandoned` proves nothing in either direction. */
export async function endPass(
  context: VerifyContext,
  pass: Pass,
  isComplete: boolean,
): Promise<'clean' | 'different' | 'abandoned'> {
  const result = pass.findings.length > 0 ? 'different' : isComplete ? 'clean' : 'abandoned';
  const seqs = Array.from(
    { length: context.send.scope.buckets },
    (_, bucket) => pass.seqs.get(bucket) ?? -1,
  );
  await inTransaction(context.pool, async (client) => {
    await client.query(
      `update mig_pass set ended = now(), seqs = $2, compared = $3, differences = $4, result = $5
       where pass_id = $1`,
      [pass.passId, seqs, pass.compared, pass.findings.length, result],
    );
    for (const finding of pass.findings.slice(0, 10_000)) {
      await client.query(
        `insert into mig_difference (pass_id, key, class, detail) values ($1, $2, $3, $4)
         on conflict do nothing`,
        [pass.passId, finding.key, finding.class, JSON.stringify(finding.detail)],
      );
    }
  });
  return result;
}
