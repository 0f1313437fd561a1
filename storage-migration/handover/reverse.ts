import type { Head } from '../bucket/head.ts';
import { getItems } from '../copy/get-items.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import { readFresh } from '../copy/read-fresh.ts';
import { readItem } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { LayerError } from '../errors.ts';
import { logKey, parseLogEntry, type LogEntry } from '../forge/log-entry.ts';
import { compareVersions, type Version } from '../terms.ts';
import type { HandoverContext } from './handover-context.ts';

/** Log entries read at once: the keys of one batch read. */
const ENTRIES = 25;

export interface Reversed {
  /** Records that were newer than Postgres' and are there now. */
  readonly applied: number;
  /** The bucket's position: everything up to this `seq` has come back. */
  readonly position: number;
}

export interface ReverseOptions {
  /** Groups of entries brought back at once. (Default: 16) */
  readonly lanes?: number;
  /** Asked before each group; what is not brought back then stays behind. */
  readonly shouldStop?: () => boolean;
}

/** Steps `readLog` and `reverse` for one bucket; see {@link reverseBuckets}. */
export async function reverseBucket(
  context: HandoverContext,
  bucket: number,
  head: Head,
): Promise<Reversed> {
  const reversed = await reverseBuckets(context, new Map([[bucket, head]]));
  return reversed.get(bucket) ?? { applied: 0, position: head.f0 };
}

/**
 * Steps `readLog` and `reverse`: brings back what Forge wrote in these buckets, each up to the `seq` of its head. The heads
 * were read before, so the log entries up to them exist, and records read now are at least as new as their entries. Entries
 * and records of several buckets travel in one request. A head that is with Postgres has nothing to bring back; a sealed one
 * was drained before, and writes no log since. Throws `log.entry_missing`, `head.regressed` and `split_brain`; all three mean
 * quarantine.
 */
export async function reverseBuckets(
  context: HandoverContext,
  heads: ReadonlyMap<number, Head>,
  { lanes = LANES, shouldStop = () => false }: ReverseOptions = {},
): Promise<ReadonlyMap<number, Reversed>> {
  const positions = await context.postgres.positions();
  const reversed = new Map<number, Reversed>();
  for (const [bucket, { f0 }] of heads) {
    reversed.set(bucket, { applied: 0, position: Math.max(positions.get(bucket) ?? 0, f0) });
  }
  const hasLog = [...heads].filter(([, { auth }]) => auth === 'F' || auth === 'D');
  for (;;) {
    // One stretch a bucket: the next one may only be applied behind it.
    const stretches = hasLog.flatMap(([bucket, head]): Stretch[] => {
      const { position } = reversed.get(bucket) ?? { position: head.seq };
      if (position >= head.seq) return [];
      return [{ bucket, from: position + 1, to: Math.min(position + ENTRIES, head.seq) }];
    });
    if (stretches.length === 0) return reversed;
    const turn = { moved: false };
    await inLanes(grouped(stretches), lanes, async (group) => {
      if (shouldStop()) return;
      for (const [bucket, step] of await reverseGroup(context, group)) {
        const before = reversed.get(bucket);
        turn.moved ||= step.position > (before?.position ?? 0);
        reversed.set(bucket, { ...step, applied: step.applied + (before?.applied ?? 0) });
      }
    });
    if (!turn.moved) return reversed;
  }
}

/** Records that the log names behind the bucket's position, as they are stored now; nothing is applied. */
export async function readSuffix(
  context: HandoverContext,
  bucket: number,
  head: Head,
): Promise<ReadonlyMap<string, StoredValue>> {
  const records = new Map<string, StoredValue>();
  let from = Math.max((await context.postgres.positions()).get(bucket) ?? 0, head.f0);
  for (; from < head.seq; from += ENTRIES) {
    const stretch = { bucket, from: from + 1, to: Math.min(from + ENTRIES, head.seq) };
    const entries = (await readLogs(context, [stretch])).get(bucket) ?? [];
    const found = await readRecords(context, entries);
    const older = olderThan(found, entries);
    if (older !== undefined) throw older;
    for (const [key, stored] of found) records.set(key, stored);
  }
  return records;
}

/** Neighbouring entries of one bucket's log, both ends included. */
interface Stretch {
  readonly bucket: number;
  readonly from: number;
  readonly to: number;
}

/** Stretches whose entries fit one batch read. */
function grouped(stretches: readonly Stretch[]): readonly (readonly Stretch[])[] {
  const groups: Stretch[][] = [];
  let room = 0;
  for (const stretch of stretches) {
    const many = stretch.to - stretch.from + 1;
    const last = groups.at(-1);
    if (last === undefined || many > room) {
      groups.push([stretch]);
      room = ENTRIES - many;
    } else {
      last.push(stretch);
      room -= many;
    }
  }
  return groups;
}

/** Brings these stretches back, each in a transaction of its own. */
async function reverseGroup(
  context: HandoverContext,
  stretches: readonly Stretch[],
): Promise<ReadonlyMap<number, Reversed>> {
  const logs = await readLogs(context, stretches);
  const records = await readRecords(context, [...logs.values()].flat());
  const reversed = new Map<number, Reversed>();
  for (const { bucket, to } of stretches) {
    const entries = logs.get(bucket);
    if (entries === undefined) {
      // Somebody else has brought them back meanwhile, and they were swept.
      const positions = await context.postgres.positions();
      reversed.set(bucket, { applied: 0, position: positions.get(bucket) ?? 0 });
      continue;
    }
    const named = new Map(
      [...newest(entries).keys()].flatMap((key) => {
        const stored = records.get(key);
        return stored === undefined ? [] : [[key, stored] as const];
      }),
    );
    const older = olderThan(named, entries);
    if (older !== undefined) {
      // Or it was brought back meanwhile, and deleted under a seal, which leaves nothing.
      const position = (await context.postgres.positions()).get(bucket) ?? 0;
      if (position < to) throw older;
      reversed.set(bucket, { applied: 0, position });
      continue;
    }
    const applied = await context.postgres.applyReverse(bucket, to, named);
    reversed.set(bucket, { applied, position: to });
  }
  return reversed;
}

/**
 * The entries by key, every one: a query could miss the last ones. A bucket is left out when somebody else has brought its
 * entries back meanwhile and they were swept.
 */
async function readLogs(
  { send, scope, postgres }: HandoverContext,
  stretches: readonly Stretch[],
): Promise<ReadonlyMap<number, readonly LogEntry[]>> {
  const keysOf = new Map(
    stretches.map(({ bucket, from, to }) => [
      bucket,
      Array.from({ length: to - from + 1 }, (_, i) => logKey(scope.group, bucket, from + i)),
    ]),
  );
  const items = [...keysOf.values()].flat().map((key) => ({ key, entity: undefined }));
  const found = new Map<string, LogEntry>();
  for (const { key, value } of await getItems(send, items, 'reverse')) {
    found.set(key, parseLogEntry(value, key));
  }
  // A batch may be behind. Only a strict read may say that an entry does not exist.
  const readMissing = async (key: string): Promise<boolean> => {
    const entry = await readItem(send, { key, entity: undefined }, 'reverse');
    if (entry !== undefined) found.set(key, parseLogEntry(entry.value, key));
    return entry !== undefined;
  };
  const logs = new Map<number, readonly LogEntry[]>();
  await inLanes(stretches, stretches.length, async ({ bucket, to }) => {
    const keys = keysOf.get(bucket) ?? [];
    const [first, ...rest] = keys.filter((key) => !found.has(key));
    // One alone tells whether they were swept; the others are then not asked for.
    const gone = first === undefined || (await readMissing(first)) ? [] : [first];
    if (gone.length === 0) {
      await inLanes(rest, LANES, async (key) => {
        if (!(await readMissing(key))) gone.push(key);
      });
    }
    if (gone.length > 0) {
      if (((await postgres.positions()).get(bucket) ?? 0) >= to) return;
      throw new LayerError('log.entry_missing', `${gone.join(', ')} does not exist`);
    }
    logs.set(
      bucket,
      keys.flatMap((key) => found.get(key) ?? []),
    );
  });
  return logs;
}

/** The newest version of each record that the entries name. */
function newest(entries: readonly LogEntry[]): ReadonlyMap<string, Version> {
  const versions = new Map<string, Version>();
  for (const { key, version } of entries.flatMap(({ records }) => records)) {
    const known = versions.get(key);
    if (known === undefined || compareVersions(version, known) > 0) versions.set(key, version);
  }
  return versions;
}

/** Each record that the entries name, as it is stored now. */
function readRecords(
  { send, group }: HandoverContext,
  entries: readonly LogEntry[],
): Promise<ReadonlyMap<string, StoredValue>> {
  return readFresh(send, group, newest(entries), 'reverse');
}

/** A record that is stored older than an entry of the log says: nothing of the layer does that while the log is there. */
function olderThan(
  records: ReadonlyMap<string, StoredValue>,
  entries: readonly LogEntry[],
): LayerError | undefined {
  for (const [key, named] of newest(entries)) {
    const version = records.get(key)?.version;
    if (version === undefined || compareVersions(version, named) >= 0) continue;
    return new LayerError(
      'head.regressed',
      `${key} is stored as (${version.e}, ${version.n}), its log entry says (${named.e}, ${named.n})`,
    );
  }
  return undefined;
}
