import type { Stored } from '../apply/apply-rule.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { compareVersions, type Version } from '../terms.ts';
import type { Expected } from './classify.ts';
import { expectedOf } from './expected.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

/**
 * Puts one key into its class while Forge is the authority. `stored` is what Forge holds, read before; whether Postgres may
 * be behind is what the log says: a bucket whose head is further than what has come back explains an older record.
 */
export async function classifyBehindForge(
  context: VerifyContext,
  key: string,
  stored: Stored,
): Promise<{
  readonly verdict: Finding | 'same' | 'lag';
  readonly expected: Expected | undefined;
}> {
  const { send } = context;
  const bucket = bucketOf(slotOf(key), send.scope.buckets);
  // In this order: what is stored, how far the log goes, how far it has come back, what is there. Then what came back
  // includes what was stored, or the log says that it has not.
  const head = await send.heads.readStrictly(send, bucket);
  const position = await positionOf(context, bucket);
  const mayLag = Math.max(position, head.f0) < head.seq;
  const expected = (await expectedOf(context, [key])).get(key);
  return { verdict: judgeBehindForge(key, expected, stored, mayLag), expected };
}

/** The classes with the sides changed: here `ahead` is a Postgres that is newer than the authority. */
export function judgeBehindForge(
  key: string,
  here: Expected | undefined,
  stored: Stored,
  mayLag: boolean,
): Finding | 'same' | 'lag' {
  const detail = { stored: format(stored.version), here: format(here?.version) };
  if (stored.hash === undefined) {
    // A tombstone may have been collected. A live record that the authority has lost is broken, whoever broke it.
    if (here === undefined || here.deleted) return 'same';
    return { key, class: 'corrupt', detail };
  }
  if (here === undefined) return mayLag ? 'lag' : { key, class: 'rogue', detail };
  const order = compareVersions(here.version, stored.version);
  if (order > 0) return { key, class: 'ahead', detail };
  if (order < 0) return mayLag ? 'lag' : { key, class: 'corrupt', detail };
  if (here.hash === stored.hash) return 'same';
  return {
    key,
    class: 'corrupt',
    detail: { ...detail, storedHash: stored.hash, hereHash: here.hash },
  };
}

/** Up to which `seq` a bucket has come back from Forge. */
async function positionOf({ pool, scope }: VerifyContext, bucket: number): Promise<number> {
  const found = await pool.query<{ seq: string }>(
    'select seq from mig_racked where tenant = $1 and grp = $2 and bucket = $3',
    [scope.tenant, scope.group, bucket],
  );
  return Number(found.rows[0]?.seq ?? 0);
}

function format(version: Version | undefined): string {
  return version === undefined ? 'nothing' : `${version.e}.${version.n}`;
}
