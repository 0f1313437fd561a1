import type { ClientBase } from 'pg';
import type { Head } from '../bucket/head.ts';
import { insist } from '../copy/insist.ts';
import { readStored } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { LayerError } from '../errors.ts';
import { logKey, parseLogEntry, type LogEntry } from '../forge/log-entry.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { splitKey } from '../record/define-record.ts';
import { recordOf } from '../record/outgoing.ts';
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
 * before, so the log entries up to it exist, and records read now are at least as new as their entries. Throws
 * `log.entry_missing` and `split_brain`; both mean quarantine.
 */
export async function reverseBucket(
  context: HandoverContext,
  bucket: number,
  head: Head,
): Promise<Reversed> {
  let position = Math.max(await positionOf(context, bucket), head.f0);
  let applied = 0;
  while (position < head.seq) {
    const to = Math.min(position + ENTRIES, head.seq);
    const entries = await readLog(context, bucket, position + 1, to);
    const records = await readRecords(context, newest(entries));
    applied += await apply(context, bucket, to, records);
    position = to;
  }
  return { applied, position };
}

/** Up to which `seq` the bucket has come back. */
export async function positionOf(
  { pool, scope }: HandoverContext,
  bucket: number,
): Promise<number> {
  const found = await pool.query<{ seq: string }>(
    'select seq from mig_racked where tenant = $1 and grp = $2 and bucket = $3',
    [scope.tenant, scope.group, bucket],
  );
  return Number(found.rows[0]?.seq ?? 0);
}

/** The entries by key, every one: a query could miss the last ones. */
async function readLog(
  { send, scope }: HandoverContext,
  bucket: number,
  from: number,
  to: number,
): Promise<readonly LogEntry[]> {
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
    if (entry === undefined) throw new LayerError('log.entry_missing', `${key} does not exist`);
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
    const stored = await readStored(send, group, key, 'reverse');
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

/** One transaction: position, versions and rows. A late batch is dropped whole. */
async function apply(
  context: HandoverContext,
  bucket: number,
  position: number,
  records: ReadonlyMap<string, StoredValue>,
): Promise<number> {
  const { pool, scope } = context;
  return inTransaction(pool, async (client) => {
    const begun = await client.query<{ moves: boolean }>(
      'select mig_reverse($1, $2, $3, $4) as moves',
      [scope.tenant, scope.group, bucket, position],
    );
    if (begun.rows[0]?.moves !== true) return 0;
    let applied = 0;
    // In key order, as every transaction that touches several records.
    for (const [key, stored] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (await take(client, context, key, stored)) applied += 1;
    }
    await client.query('select mig_reverse_done($1, $2)', [scope.tenant, scope.group]);
    return applied;
  });
}

async function take(
  client: ClientBase,
  { scope, group, send }: HandoverContext,
  key: string,
  { version, deleted, hash, value }: StoredValue,
): Promise<boolean> {
  const taken = await client.query<{ verdict: 'newer' | 'older' | 'split' }>(
    'select mig_take($1, $2, $3, $4, $5, $6, $7, $8) as verdict',
    [
      ...[scope.tenant, scope.group, key, version.e, version.n, deleted],
      ...[hash ?? '0'.repeat(32), send.scope.mapping],
    ],
  );
  const verdict = taken.rows[0]?.verdict;
  if (verdict === 'split') {
    throw new LayerError('split_brain', `${key} has two contents for one version`);
  }
  if (verdict !== 'newer') return false;
  const { source } = recordOf(group, key);
  if (source.write === undefined) {
    throw new LayerError('record.not_reversible', `${splitKey(key).type} has no way back`);
  }
  await source.write(client, scope.tenant, splitKey(key).id, deleted ? undefined : value);
  return true;
}
