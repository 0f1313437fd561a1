import type { Head } from '../bucket/head.ts';
import { insist } from '../copy/insist.ts';
import { readSettled } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { LayerError } from '../errors.ts';
import { logKey, parseLogEntry, type LogEntry } from '../forge/log-entry.ts';
import { compareVersions, type Version } from '../terms.ts';
import type { HandoverContext } from './handover-context.ts';

/** Log entries of one reverse transaction. */
const ENTRIES = 50;
/** Keys of one batch read. */
const BATCH = 25;

export interface Reversed {
  /** Records that were newer than Postgres' and are there now. */
  readonly applied: number;
  /** The bucket's position: everything up to this `seq` has come back. */
  readonly position: number;
}

/**
 * Steps `readLog` and `reverse`: brings back what Forge wrote in a bucket, up to the `seq` of `head`. The head was read
 * before, so the log entries up to it exist, and records read now are at least as new as their entries. A head that is with
 * Postgres has nothing to bring back. Throws
 * `log.entry_missing` and `split_brain`; both mean quarantine.
 */
export async function reverseBucket(
  context: HandoverContext,
  bucket: number,
  head: Head,
): Promise<Reversed> {
  let position = Math.max(await context.postgres.position(bucket), head.f0);
  let applied = 0;
  // Seen before its flip, by a batch that was behind: its `seq` counts sends, and those have no entries.
  if (head.auth === 'P') return { applied, position };
  // Was drained before it was sealed, and writes no log since.
  if (head.auth === 'S') return { applied, position };
  while (position < head.seq) {
    const to = Math.min(position + ENTRIES, head.seq);
    const entries = await readLog(context, bucket, position + 1, to);
    if (entries === undefined)
      return { applied, position: await context.postgres.position(bucket) };
    const records = await readRecords(context, newest(entries));
    applied += await context.postgres.applyReverse(bucket, to, records);
    position = to;
  }
  return { applied, position };
}

/** Records that the log names behind the bucket's position, as they are stored now; nothing is applied. */
export async function readSuffix(
  context: HandoverContext,
  bucket: number,
  head: Head,
): Promise<ReadonlyMap<string, StoredValue>> {
  const records = new Map<string, StoredValue>();
  let from = Math.max(await context.postgres.position(bucket), head.f0);
  for (; from < head.seq; from += ENTRIES) {
    const to = Math.min(from + ENTRIES, head.seq);
    const entries = (await readLog(context, bucket, from + 1, to)) ?? [];
    for (const [key, stored] of await readRecords(context, newest(entries)))
      records.set(key, stored);
  }
  return records;
}

/**
 * The entries by key, every one: a query could miss the last ones. Undefined when somebody else has brought them back
 * meanwhile and they were swept.
 */
async function readLog(
  { send, scope, postgres }: HandoverContext,
  bucket: number,
  from: number,
  to: number,
): Promise<readonly LogEntry[] | undefined> {
  const keys = Array.from({ length: to - from + 1 }, (_, i) =>
    logKey(scope.group, bucket, from + i),
  );
  const found = new Map<string, LogEntry>();
  for (let start = 0; start < keys.length; start += BATCH) {
    const items = keys.slice(start, start + BATCH).map((key) => ({ key, entity: undefined }));
    const batch = await insist(send, 'read', 'reverse', 1, (carrier) => carrier.getMany(items));
    for (const { key, value } of batch.found) found.set(key, parseLogEntry(value, key));
  }
  for (const key of keys) {
    if (found.has(key)) continue;
    // A batch may be behind. Only a strict read may say that an entry does not exist.
    const entry = await insist(send, 'read', 'reverse', 1, (carrier) =>
      carrier.get({ key, entity: undefined }),
    );
    if (entry === undefined) {
      if ((await postgres.position(bucket)) >= to) return undefined;
      throw new LayerError('log.entry_missing', `${key} does not exist`);
    }
    found.set(key, parseLogEntry(entry.value, key));
  }
  return keys.flatMap((key) => found.get(key) ?? []);
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

async function readRecords(
  { send, group }: HandoverContext,
  versions: ReadonlyMap<string, Version>,
): Promise<ReadonlyMap<string, StoredValue>> {
  const records = new Map<string, StoredValue>();
  for (const [key, version] of versions) {
    const stored = await readSettled(send, group, key, 'reverse');
    if (compareVersions(stored.version, version) < 0) {
      throw new LayerError(
        'head.regressed',
        `${key} is stored as (${stored.version.e}, ${stored.version.n}), its log entry says (${version.e}, ${version.n})`,
      );
    }
    records.set(key, stored);
  }
  return records;
}
