import type { Stored } from '../apply/apply-rule.ts';
import { headKey, type Head } from '../bucket/head.ts';
import type { BucketSum } from './bucket-sums.ts';
import { classify, type Expected } from './classify.ts';
import { lookStrictly, type Look } from './examine.ts';
import { expectedOf } from './expected.ts';
import { gapBetween, isClosed, isOfStrangers, without, type Gap, type Pair } from './gap.ts';
import { glanceAtRecords } from './glance-at-records.ts';
import { keysOf, nameSuspects, type Named } from './name-suspects.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

/** Keys that Postgres is asked for at once. */
const CHUNK = 200;

/** A bucket whose head and sum differ. */
export interface Unequal {
  readonly bucket: number;
  readonly head: Head;
  readonly sum: BucketSum;
  /**
   * The head holds everything that Postgres saw acknowledged when it was summed up, and nothing was on its way: whatever differs
   * between the two is a difference. Not known while Postgres is the follower.
   */
  readonly isSettled: boolean;
}

export interface Located {
  /** What was the case under the head that was compared, whatever has happened since. */
  readonly proven: readonly Finding[];
  /** What strict reads found: only as long as the register does not move. */
  readonly seen: readonly Finding[];
  /** Buckets that were written meanwhile, and are to be compared again. */
  readonly moved: readonly number[];
}

/**
 * Names what differs in these buckets. The sketches propose keys, and batch reads fetch them, 25 a request, whatever bucket
 * they are in. A batch read may be behind, so it counts only where what it shows accounts for the whole difference between
 * digest and count of the head and those of Postgres: no other reading could, so this is what lay under that head, and nothing
 * is missed. Where it does not, strict reads decide, then the whole bucket is read; and where all of it is as it should be,
 * the head is wrong. In this order it gets dearer, each time for that bucket only.
 */
export async function locate(
  context: VerifyContext,
  unequal: readonly Unequal[],
): Promise<Located> {
  const named = await nameSuspects(
    context,
    new Map(unequal.map(({ bucket, head }) => [bucket, head])),
  );
  const pairs = await glanceAtPairs(
    context,
    unequal.flatMap(({ bucket, isSettled }) => (isSettled ? (named.get(bucket)?.keys ?? []) : [])),
  );
  const proven: Finding[] = [];
  const seen: Finding[] = [];
  const moved: number[] = [];
  for (const one of unequal) {
    const names = named.get(one.bucket);
    const shown = names?.keys.flatMap((key) => pairs.get(key) ?? []) ?? [];
    if (isProof(one, shown)) {
      proven.push(...findingsOf(shown));
      continue;
    }
    const outcome = await locateAlone(context, one, names);
    if (outcome === 'moved') moved.push(one.bucket);
    else (outcome.isProven ? proven : seen).push(...outcome.findings);
  }
  return { proven, seen, moved };
}

type Outcome = { readonly findings: readonly Finding[]; readonly isProven: boolean } | 'moved';

/** One bucket, by strict reads of what is named; otherwise by reading it whole. */
async function locateAlone(
  context: VerifyContext,
  one: Unequal,
  names: Named | undefined,
): Promise<Outcome> {
  const gap = gapBetween(one.sum, one.head);
  if (names !== undefined) {
    const looks = await lookAll(context, names.keys);
    if (looks === undefined) return 'moved';
    const left = without(gap, looks);
    if (isClosed(left)) return confirmed(context, one, looks);
    if (isOfStrangers(left, names.strangers)) return confirmed(context, one, looks, left);
    if (await hasMoved(context, one)) return 'moved';
  }
  const keys = await keysOf(context, one.bucket);
  const pairs = await glanceAtPairs(context, keys);
  if (isProof(one, [...pairs.values()])) {
    return { findings: findingsOf([...pairs.values()]), isProven: true };
  }
  const { differing, same } = parted(pairs);
  const looks = await lookAll(context, differing);
  if (looks === undefined) return 'moved';
  if (isClosed(without(gap, [...same.values(), ...looks]))) {
    return confirmed(context, one, looks);
  }
  // Before anybody is accused nothing is left to a batch read.
  if ((await hasMoved(context, one)) || context.shouldStop?.() === true) return 'moved';
  const rest = await lookAll(context, [...same.keys()]);
  if (rest === undefined) return 'moved';
  const all = [...looks, ...rest];
  const left = without(gap, all);
  return confirmed(context, one, all, isClosed(left) ? undefined : left);
}

/**
 * What strict reads found, if the bucket has stood still. With `left`, what the records do not account for: someone wrote past
 * the layer, or wrote the head.
 */
async function confirmed(
  context: VerifyContext,
  one: Unequal,
  looks: readonly Look[],
  left?: Gap,
): Promise<Outcome> {
  if (await hasMoved(context, one)) return 'moved';
  const findings = looks.flatMap(({ verdict }) => (typeof verdict === 'string' ? [] : [verdict]));
  if (left === undefined) return { findings, isProven: false };
  const key = headKey(context.scope.group, one.bucket);
  const detail = { headDigest: one.head.dg, headCount: one.head.cnt, unexplained: left.digest };
  return { findings: [...findings, { key, class: 'rogue', detail }], isProven: false };
}

async function hasMoved(context: VerifyContext, { bucket, head }: Unequal): Promise<boolean> {
  const now = await context.send.heads.readStrictly(context.send, bucket);
  return now.seq !== head.seq || now.epoch !== head.epoch;
}

/** Undefined when one of them is only behind, or it was asked to stop. */
async function lookAll(
  context: VerifyContext,
  keys: readonly string[],
): Promise<readonly Look[] | undefined> {
  const looks: Look[] = [];
  for (const key of keys) {
    if (context.shouldStop?.() === true) return undefined;
    const look = await lookStrictly(context, key);
    if (look.verdict === 'lag') return undefined;
    looks.push(look);
  }
  return looks;
}

/** Both sides of these records: Forge by batch reads, and Postgres after it. */
async function glanceAtPairs(
  context: VerifyContext,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Pair>> {
  const stored: ReadonlyMap<string, Stored> = await glanceAtRecords(context, keys);
  const expected = new Map<string, Expected>();
  for (let at = 0; at < keys.length; at += CHUNK) {
    const some = await expectedOf(context, keys.slice(at, at + CHUNK));
    for (const [key, one] of some) expected.set(key, one);
  }
  const pairs = new Map<string, Pair>();
  for (const [key, one] of stored)
    pairs.set(key, { key, expected: expected.get(key), stored: one });
  return pairs;
}

/** Whether the pairs account for the difference to the last bit, and none of them may be behind. */
function isProof({ head, sum, isSettled }: Unequal, pairs: readonly Pair[]): boolean {
  const mayLag = pairs.some(({ expected }) => expected?.mayLag === true);
  return isSettled && !mayLag && isClosed(without(gapBetween(sum, head), pairs));
}

function findingsOf(pairs: readonly Pair[]): Finding[] {
  return pairs.flatMap(({ key, expected, stored }) => {
    const verdict = classify(key, expected, stored);
    return typeof verdict === 'string' ? [] : [verdict];
  });
}

/** What a glance showed to be the same on both sides, and all the rest. */
function parted(pairs: ReadonlyMap<string, Pair>): {
  readonly same: ReadonlyMap<string, Pair>;
  readonly differing: readonly string[];
} {
  const same = new Map<string, Pair>();
  const differing: string[] = [];
  for (const [key, pair] of pairs) {
    const { expected, stored } = pair;
    if (expected !== undefined && expected.hash === stored.hash) same.set(key, pair);
    else differing.push(key);
  }
  return { same, differing };
}
