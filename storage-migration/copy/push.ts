import { judge, type Stored, type Write } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import { covers } from '../bucket/position.ts';
import { LayerError } from '../errors.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { isSetAside, prepare, type Outgoing } from '../record/outgoing.ts';
import { commit, overheadOf, parcelOf } from './commit.ts';
import { isAboutTheRecord } from './is-about-the-record.ts';
import { checkFence } from './fence.ts';
import type { Priority } from './governor.ts';
import { refused, unauthorized, unreachable } from './insist.ts';
import { packNext } from './packer.ts';
import { readVersion } from './read-stored.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';
import { backOff } from './reach.ts';
import { refuseAhead } from './refuse-ahead.ts';
import type { Ledger, Slice } from './source.ts';
import { compareVersions, type Version } from '../terms.ts';

const ATTEMPTS = 12;

export interface PushOptions {
  readonly context: SendContext;
  readonly group: GroupDefinition;
  readonly ledger: Ledger;
  readonly priority?: Priority;
}

export interface PushResult {
  /** Sent or found already there. */
  readonly acknowledged: number;
  /** Dirty marks cleared. None of several means that users have those records open: come back later. */
  readonly cleared: number;
  /** Beyond the head's backfill cursor: left to the backfill. */
  readonly left: number;
}

/**
 * Sends changed records of **one bucket**, read in one snapshot. Reads the head first, then what is stored, then writes what
 * is newer; whatever the answer, only another read decides. Throws `fence.closed` when the snapshot is of another epoch.
 */
export async function pushBucket(
  options: PushOptions,
  bucket: number,
  slice: Slice,
): Promise<PushResult> {
  const { context, group, ledger } = options;
  const prepared = slice.rows.map((row) => prepare(group, context.scope.tenantKey, row));
  const unfit = prepared.filter(isSetAside);
  if (unfit.length > 0) {
    await ledger.setAside(
      unfit.map(({ key, version, misfit }) => ({
        key,
        version,
        code: misfit.code,
        reason: misfit.reason,
      })),
    );
  }
  let queue = prepared.filter((item): item is Outgoing => !isSetAside(item));
  let acknowledged = 0;
  let cleared = 0;
  let left = 0;
  for (let failures = 0; queue.length > 0;) {
    const step = await context.heads.inTurn(bucket, () =>
      pushSome(options, bucket, slice.epoch, queue),
    );
    if (step === undefined) {
      failures += 1;
      if (failures >= ATTEMPTS) throw unreachable(new Error(`bucket ${bucket} kept failing`));
      await backOff(context, failures);
      continue;
    }
    failures = 0;
    acknowledged += step.acknowledged.length;
    cleared += step.cleared;
    left += step.left.length;
    const done = new Set([...step.acknowledged, ...step.left]);
    queue = queue.filter((item) => !done.has(item));
  }
  return { acknowledged, cleared, left };
}

interface Step {
  readonly acknowledged: readonly Outgoing[];
  readonly cleared: number;
  readonly left: readonly Outgoing[];
}

/** One round: head, stored records, one transaction. Undefined means nothing is known and the round is to be repeated. */
async function pushSome(
  options: PushOptions,
  bucket: number,
  epoch: number,
  queue: readonly Outgoing[],
): Promise<Step | undefined> {
  const { context, ledger } = options;
  const priority = options.priority ?? 'push';
  const head = await context.heads.read(context, bucket);
  checkFence(context.scope, head, epoch);
  const ahead = queue.filter((item) => !covers(head.bf, item));
  if (ahead.length > 0) return { acknowledged: [], cleared: 0, left: ahead };

  const writes: Write[] = [];
  const known: Outgoing[] = [];
  const newer = new Map<string, Version>();
  for (const item of queue.slice(0, 24)) {
    const stored = await storedUnder(options, bucket, head, item.key);
    switch (judge(item, stored)) {
      case 'write':
        writes.push({ item, replaces: stored });
        break;
      case 'acknowledge':
        known.push(item);
        if (compareVersions(stored.version, item.version) > 0) newer.set(item.key, stored.version);
        break;
      case 'split-brain':
        throw new LayerError('split_brain', `${item.key} has two contents for one version`, {
          key: item.key,
        });
    }
  }
  if (newer.size > 0) {
    // Read before a hand-over and looked at after it, Forge is rightly newer: then this head is not what it was.
    const now = await context.heads.readStrictly(context, bucket);
    checkFence(context.scope, now, epoch);
    await refuseAhead(ledger, newer);
  }
  const chosen = choose(context, bucket, head, writes);
  if (chosen.length > 0) {
    const outcome = await commit(
      context,
      [{ bucket, head, writes: chosen, cursor: head.bf }],
      priority,
    );
    switch (outcome.kind) {
      case 'committed':
        break;
      case 'unauthorized':
        throw unauthorized(outcome.status);
      case 'refused':
        return chosen.length === 1
          ? setAsideRefused(ledger, chosen, outcome)
          : pushOneByOne(options, bucket, epoch, chosen, outcome);
      case 'conflict':
      case 'throttled':
      case 'unknown':
        return undefined;
    }
  }
  const now = await context.heads.read(context, bucket);
  const acknowledged = [...known, ...chosen.map((write) => write.item)];
  const cleared = await ledger.acknowledge(bucket, acknowledged, {
    epoch: now.epoch,
    seq: now.seq,
    cursor: now.bf,
  });
  return { acknowledged, cleared, left: [] };
}

/** What the target holds, from memory where this process knows it, otherwise by strict reads after the head's. */
export async function storedUnder(
  { context, group, priority = 'push' }: PushOptions,
  bucket: number,
  head: Head,
  key: string,
): Promise<Stored> {
  const known = context.heads.remembered(bucket, head, key);
  if (known !== undefined) return known;
  const stored = await readVersion(context, group, key, priority);
  context.heads.remember(bucket, head, key, stored);
  return stored;
}

function choose(
  context: SendContext,
  bucket: number,
  head: Head,
  writes: readonly Write[],
): readonly Write[] {
  const parcels = writes.map((write) => parcelOf(context.scope, write));
  const overhead = overheadOf(context.scope, bucket, head, head.bf);
  return writes.slice(0, packNext(parcels, { overhead, unitBytes: UNIT_BYTES }));
}

/** Forge refused several together: each alone, so that only the one it can't hold is set aside. */
async function pushOneByOne(
  options: PushOptions,
  bucket: number,
  epoch: number,
  writes: readonly Write[],
  reply: { status: number; code: string; message: string },
): Promise<Step | undefined> {
  if (!isAboutTheRecord(reply)) throw refused(reply);
  const acknowledged: Outgoing[] = [];
  const left: Outgoing[] = [];
  let cleared = 0;
  for (const { item } of writes) {
    const step = await pushSome(options, bucket, epoch, [item]);
    if (step === undefined) return undefined;
    acknowledged.push(...step.acknowledged);
    cleared += step.cleared;
    left.push(...step.left);
  }
  return { acknowledged, cleared, left };
}

async function setAsideRefused(
  ledger: Ledger,
  writes: readonly Write[],
  reply: { status: number; code: string; message: string },
): Promise<Step> {
  const [only] = writes;
  if (only === undefined || !isAboutTheRecord(reply)) throw refused(reply);
  const { key, version } = only.item;
  const reason = `Forge answered ${reply.code}: ${reply.message}`;
  await ledger.setAside([{ key, version, code: 'refused_by_forge', reason }]);
  return { acknowledged: [], cleared: 0, left: [only.item] };
}
