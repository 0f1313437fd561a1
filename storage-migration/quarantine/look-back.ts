import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { readHeads } from '../copy/read-heads.ts';
import { readSettled } from '../copy/read-stored.ts';
import { readGate } from '../postgres/handover/gate.ts';
import { compareVersions, isWithForge, type Version } from '../terms.ts';
import { expectedOf } from '../verify/expected.ts';
import type { VerifyContext } from '../verify/verify-context.ts';
import { findUnknown } from './find-unknown.ts';
import type { HeldCode, HeldRecord, Side } from './held-record.ts';
import { unexplained } from './unexplained.ts';

/** An acknowledgement that is under way has arrived by the next look. */
const PAUSE_MS = 2_000;

export interface LookedBack {
  /** Records that Forge holds in a way which a Postgres that never went back could not explain. */
  readonly held: readonly HeldRecord[];
  /** Differences that no record can be found for. */
  readonly unnamed: number;
  /** Forge is the authority of some bucket while Postgres takes writes. */
  readonly isDouble: boolean;
}

/**
 * Whether Postgres has gone back: failed over to a replica that was behind, or restored. Postgres can't know what it lost,
 * but Forge is an accidental backup of what was sent. Looks at all heads (strictly), and at the records of those buckets only
 * whose content is not what Postgres last acknowledged. With `isAnotherLife` (the database is known to be another one than
 * before) a version that Postgres never acknowledged and has passed meanwhile counts too: it was given twice.
 *
 * Changes nothing. Throws `head.missing`, `head.regressed` and what reading throws. While other workers send, a healthy
 * tenant has nothing to show: Forge is read first, and Postgres, which gives the versions, afterwards.
 */
export async function lookBack(
  context: VerifyContext,
  { isAnotherLife = false }: { readonly isAnotherLife?: boolean } = {},
): Promise<LookedBack> {
  const { pool, scope, send } = context;
  const heads = await readHeads(send);
  const gate = await readGate(pool, scope);
  const isDouble =
    gate.isOpen && [...heads.values()].some((head) => isWithForge(head) && head.epoch > gate.epoch);
  // Where Forge is rightly the authority it is rightly newer.
  const looked = new Map([...heads].filter(([, head]) => isDouble || head.auth === 'P'));
  const found = await unexplained(context, looked);
  const isIncomplete = found.tags.size > 0 || found.isOverflowing;
  const unknown = isIncomplete ? await findUnknown(context, found.tags) : { keys: [], unnamed: 0 };
  const held: HeldRecord[] = [];
  for (const key of [...found.keys, ...unknown.keys]) {
    const one = await examine(context, key, { isDouble, isAnotherLife });
    if (one !== undefined && (isDouble || (await isUnmoved(context, heads, key)))) held.push(one);
  }
  if (isDouble)
    held.push(...(await writtenMeanwhile(context, new Set(held.map(({ key }) => key)))));
  return { held, unnamed: unknown.unnamed, isDouble };
}

/**
 * Whether the record's head is still with Postgres as it was looked at. Otherwise a hand-over has come in between, and what looks
 * like too new is Forge's own; a head never comes back to a register it has left.
 */
async function isUnmoved(
  { send }: VerifyContext,
  heads: ReadonlyMap<number, Head>,
  key: string,
): Promise<boolean> {
  const bucket = bucketOf(slotOf(key), send.scope.buckets);
  const now = await send.heads.readStrictly(send, bucket);
  const then = heads.get(bucket);
  return now.auth === then?.auth && now.epoch === then.epoch;
}

/** How one record stands on both sides, for a person to decide about; undefined when neither knows it. Changes nothing. */
export async function holdOf(
  context: VerifyContext,
  key: string,
  code: HeldCode,
): Promise<HeldRecord | undefined> {
  const stored = await readSettled(context.send, context.group, key, 'repair');
  const here = (await versionOf(context, key))?.side ?? null;
  const there =
    stored.hash === undefined ? null : { version: stored.version, deleted: stored.deleted };
  return here === null && there === null ? undefined : { key, code, here, there };
}

interface Circumstances {
  readonly isDouble: boolean;
  readonly isAnotherLife: boolean;
}

async function examine(
  context: VerifyContext,
  key: string,
  circumstances: Circumstances,
): Promise<HeldRecord | undefined> {
  const first = await judge(context, key, circumstances);
  if (first?.code !== 'target.ahead' || !circumstances.isAnotherLife) return first;
  await context.send.timing.sleep(PAUSE_MS);
  return judge(context, key, circumstances);
}

async function judge(
  context: VerifyContext,
  key: string,
  { isDouble, isAnotherLife }: Circumstances,
): Promise<HeldRecord | undefined> {
  const stored = await readSettled(context.send, context.group, key, 'repair');
  if (stored.hash === undefined) return undefined;
  const there: Side = { version: stored.version, deleted: stored.deleted };
  const present = await versionOf(context, key);
  const here: Side | null = present === undefined ? null : present.side;
  const held = (code: HeldCode): HeldRecord => ({ key, code, here, there });
  if (present === undefined) return held('target.ahead');
  const order = compareVersions(stored.version, present.side.version);
  if (order > 0) return held('target.ahead');
  if (order < 0) {
    if (isDouble) return held('authority.double');
    const isAcknowledged = compareVersions(stored.version, present.acknowledged) <= 0;
    return isAnotherLife && !isAcknowledged ? held('target.ahead') : undefined;
  }
  const expected = (await expectedOf(context, [key])).get(key);
  if (expected === undefined || compareVersions(expected.version, stored.version) !== 0) {
    return undefined;
  }
  const isSame = expected.hash === '' || expected.hash === stored.hash;
  return isSame ? undefined : held('split_brain');
}

async function versionOf(
  { pool, scope }: VerifyContext,
  key: string,
): Promise<{ readonly side: Side; readonly acknowledged: Version } | undefined> {
  const found = await pool.query<{
    epoch: number;
    n: string;
    deleted: boolean;
    h_epoch: number | null;
    h_n: string | null;
  }>(
    'select epoch, n, deleted, h_epoch, h_n from mig_ver where tenant = $1 and grp = $2 and key = $3',
    [scope.tenant, scope.group, key],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  return {
    side: { version: { e: row.epoch, n: Number(row.n) }, deleted: row.deleted },
    acknowledged: { e: row.h_epoch ?? 0, n: Number(row.h_n ?? 0) },
  };
}

/** What Postgres took although Forge was the authority: all that is dirty. */
async function writtenMeanwhile(
  { pool, scope, send, group }: VerifyContext,
  known: ReadonlySet<string>,
): Promise<readonly HeldRecord[]> {
  const dirty = await pool.query<{ key: string; epoch: number; n: string; deleted: boolean }>(
    `select v.key, v.epoch, v.n, v.deleted from mig_dirty d join mig_ver v using (tenant, grp, key)
     where d.tenant = $1 and d.grp = $2 order by v.key`,
    [scope.tenant, scope.group],
  );
  const held: HeldRecord[] = [];
  for (const { key, epoch, n, deleted } of dirty.rows) {
    if (known.has(key)) continue;
    const stored = await readSettled(send, group, key, 'repair');
    const there =
      stored.hash === undefined ? null : { version: stored.version, deleted: stored.deleted };
    const here = { version: { e: epoch, n: Number(n) }, deleted };
    if (there !== null && compareVersions(there.version, here.version) === 0) continue;
    held.push({ key, code: 'authority.double', here, there });
  }
  return held;
}
