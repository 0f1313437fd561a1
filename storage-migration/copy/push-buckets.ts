import { judge, type Write } from '../apply/apply-rule.ts';
import { covers } from '../bucket/position.ts';
import { isSetAside, prepare } from '../record/outgoing.ts';
import { commit, parcelOf, type Part } from './commit.ts';
import { checkFence } from './fence.ts';
import { inAllTurns } from './in-all-turns.ts';
import { inLanes, LANES } from './in-lanes.ts';
import { unauthorized } from './insist.ts';
import { MAX_RECORD_OPERATIONS } from './packer.ts';
import { pushBucket, storedUnder, type PushOptions, type PushResult } from './push.ts';
import type { Slice } from './source.ts';

/** Buckets of one transaction at most: with one record each they nearly fill the operations it may have. */
const TOGETHER = 12;

export interface PushBucketsOptions {
  /** Transactions under way at once. (Default: 16) */
  readonly lanes?: number;
  /** Asked before each transaction; what is not sent then stays dirty. */
  readonly shouldStop?: () => boolean;
}

/**
 * Sends changed records of several buckets. Changes are mostly few and far between, one or two a bucket, and a unit pays for
 * 10 KB: so the buckets share transactions, each under its own head. What does not go through together, for whatever reason,
 * goes bucket by bucket, where every case is dealt with. Throws what `pushBucket` throws.
 */
export async function pushBuckets(
  options: PushOptions,
  slices: ReadonlyMap<number, Slice>,
  { lanes = LANES, shouldStop = () => false }: PushBucketsOptions = {},
): Promise<PushResult> {
  const total = { acknowledged: 0, cleared: 0, left: 0 };
  await inLanes(grouped(slices), lanes, async (group) => {
    if (shouldStop()) return;
    const together = await pushTogether(options, group);
    total.acknowledged += together.acknowledged;
    total.cleared += together.cleared;
    for (const [bucket, slice] of group) {
      if (together.done.has(bucket) || shouldStop()) continue;
      const { acknowledged, cleared, left } = await pushBucket(options, bucket, slice);
      total.acknowledged += acknowledged;
      total.cleared += cleared;
      total.left += left;
    }
  });
  return total;
}

type Group = readonly (readonly [number, Slice])[];

/** Buckets with few changes share; one with many fills transactions of its own. */
function grouped(slices: ReadonlyMap<number, Slice>): readonly Group[] {
  const groups: (readonly [number, Slice])[][] = [];
  let room = 0;
  for (const [bucket, slice] of [...slices].sort(([a], [b]) => a - b)) {
    const operations = 1 + slice.rows.length;
    const last = groups.at(-1);
    if (last === undefined || last.length >= TOGETHER || operations > room) {
      groups.push([[bucket, slice]]);
      room = 1 + MAX_RECORD_OPERATIONS - operations;
    } else {
      last.push([bucket, slice]);
      room -= operations;
    }
  }
  return groups;
}

interface Together {
  readonly acknowledged: number;
  readonly cleared: number;
  /** Buckets of which nothing is left to be sent. */
  readonly done: ReadonlySet<number>;
}

const NOTHING: Together = { acknowledged: 0, cleared: 0, done: new Set() };

/** One transaction for all that is plainly to be written. */
async function pushTogether(options: PushOptions, group: Group): Promise<Together> {
  if (group.length < 2) return NOTHING;
  const { context, ledger, priority = 'push' } = options;
  const buckets = group.map(([bucket]) => bucket);
  return inAllTurns(context, buckets, async () => {
    const plain = new Map<number, Part>();
    await inLanes(group, LANES, async ([bucket, slice]) => {
      const part = await plainPart(options, bucket, slice);
      if (part !== undefined) plain.set(bucket, part);
    });
    const parts: Part[] = [];
    let room = 1 + MAX_RECORD_OPERATIONS;
    for (const part of plain.values()) {
      const records = part.writes.map((write) => parcelOf(context.scope, write).operations);
      const operations = records.reduce((sum, one) => sum + one, 1);
      if (operations > room) continue;
      room -= operations;
      parts.push(part);
    }
    if (parts.length < 2) return NOTHING;
    const outcome = await commit(context, parts, priority);
    if (outcome.kind === 'unauthorized') throw unauthorized(outcome.status);
    if (outcome.kind !== 'committed') return NOTHING;
    const sent = { acknowledged: 0, cleared: 0 };
    await inLanes([...parts.entries()], LANES, async ([index, { bucket, writes }]) => {
      const head = outcome.heads[index];
      if (head === undefined) return;
      const seen = { epoch: head.epoch, seq: head.seq, cursor: head.bf };
      const items = writes.map(({ item }) => item);
      const cleared = await ledger.acknowledge(bucket, items, seen);
      sent.acknowledged += items.length;
      sent.cleared += cleared;
    });
    return { ...sent, done: new Set(parts.map(({ bucket }) => bucket)) };
  });
}

/** The bucket's share, if all of it is newer than what is stored; anything else is left to `pushBucket`. */
async function plainPart(
  { context, group, ...options }: PushOptions,
  bucket: number,
  slice: Slice,
): Promise<Part | undefined> {
  const head = await context.heads.read(context, bucket);
  checkFence(context.scope, head, slice.epoch);
  const writes: Write[] = [];
  for (const row of slice.rows) {
    const item = prepare(group, context.scope.tenantKey, row);
    if (isSetAside(item) || !covers(head.bf, item)) return undefined;
    const stored = await storedUnder({ context, group, ...options }, bucket, head, item.key);
    if (judge(item, stored) !== 'write') return undefined;
    writes.push({ item, replaces: stored });
  }
  return { bucket, head, writes, cursor: head.bf };
}
