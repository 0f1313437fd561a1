import { formatHead, HEAD_ENTITY, headKey, newHead, type Head } from '../bucket/head.ts';
import { HeadBook } from '../copy/head-book.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import { insist } from '../copy/insist.ts';
import { readHeads } from '../copy/read-heads.ts';
import type { SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';
import { moveHeads } from '../handover/move-heads.ts';
import { raise, release, turn } from '../handover/moves.ts';
import { openGate, readGate } from '../postgres/handover/gate.ts';
import { readTenant } from '../postgres/tenant-row.ts';
import type { VerifyContext } from '../verify/verify-context.ts';
import type { Decider } from './decide.ts';
import { followHeadsBack } from './follow-heads-back.ts';
import { lookBack } from './look-back.ts';
import { unexplained } from './unexplained.ts';

/** Added to every epoch ever seen, so that nothing that is still under way from before the restore can succeed. */
const FAR = 1_000;

export interface Resent {
  /** The epoch at which Postgres gives its versions now. */
  readonly epoch: number;
  /** Records that are dirty again. */
  readonly records: number;
  /** Records that Forge holds newer or otherwise: each waits for a decision of its own. */
  readonly held: number;
}

/**
 * A person decides that **Postgres** counts after Forge's storage went back (a restored site, a wiped store): Forge's writers
 * stop, all heads come to one epoch far above any that was seen and to Postgres' authority, heads that are gone are made
 * again, and every record that Forge does not hold as Postgres last knew it is dirty and travels by the apply rule. Where Forge
 * was the authority, Postgres' copy counts as of the last acknowledgement. What Forge wrote after the restore is held. The
 * tenant stays quarantined until it is resumed. May be repeated.
 *
 * Throws `stage.unexpected` for a tenant that is not quarantined, `head.sealed` when Forge is the only holder.
 */
export async function resend(context: VerifyContext, by: Decider): Promise<Resent> {
  const { pool, scope } = context;
  const row = await readTenant(pool, scope);
  if (row?.condition !== 'quarantined') {
    throw new LayerError('stage.unexpected', 'records are sent again out of quarantine only');
  }
  if (row.stage === 'final' || row.sealing_since !== null) {
    throw new LayerError('head.sealed', 'Postgres no longer holds what it could send');
  }
  // A book without memory: the heads are known to have gone back.
  const send: SendContext = { ...context.send, heads: new HeadBook() };
  const gate = await readGate(pool, scope);
  const seen = await pool.query<{ epoch: number }>(
    'select coalesce(max(seen_epoch), 1) as epoch from mig_racked where tenant = $1 and grp = $2',
    [scope.tenant, scope.group],
  );
  await createMissing(send, gate.epoch);
  const before = await moveHeads(send, await readHeads(send), turn);
  const known = Math.max(gate.epoch, seen.rows[0]?.epoch ?? 1);
  const epoch = Math.max(known, ...[...before.values()].map((head) => head.epoch)) + FAR;
  const heads = await moveHeads(
    send,
    before,
    (head) => raise(epoch)(head) ?? release(epoch, () => true)(head),
  );
  if (![...heads.values()].every((head) => head.auth === 'P' && head.epoch === epoch)) {
    throw new LayerError('stage.unexpected', 'the heads did not come to one epoch: repeat it');
  }
  const { held } = await lookBack({ ...context, send });
  const { keys } = await unexplained({ ...context, send }, heads, 'both');
  const records = await followHeadsBack(pool, scope, { heads, keys, held, by });
  if (!(await openGate(pool, scope, epoch))) {
    throw new LayerError('stage.unexpected', 'the gate is above these heads: repeat it');
  }
  return { epoch, records, held: held.length };
}

async function createMissing(send: SendContext, epoch: number): Promise<void> {
  const { group, buckets, incarnation: inc, mapping: mapv } = send.scope;
  const all: readonly number[] = Array.from({ length: buckets }, (_, bucket) => bucket);
  const head: Head = newHead({ epoch, inc, mapv });
  await inLanes(all, LANES, async (bucket) => {
    const item = { key: headKey(group, bucket), entity: HEAD_ENTITY };
    await insist(send, 'write', 'repair', 1, (carrier) => carrier.create(item, formatHead(head)));
  });
}
