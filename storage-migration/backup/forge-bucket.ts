import { EMPTY_DIGEST, xorDigest } from '../bucket/digest.ts';
import type { Head } from '../bucket/head.ts';
import { slotsOf } from '../bucket/slot.ts';
import { inLanes, LANES } from '../copy/in-lanes.ts';
import { insist } from '../copy/insist.ts';
import { inspectSettled } from '../copy/read-stored.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { LayerError } from '../errors.ts';
import { logKey, parseLogEntry } from '../forge/log-entry.ts';
import type { ForgeBackup } from './forge-backup.ts';

/** Keys read before they are written out; they are all in memory then. */
const CHUNK = 48;
/** Keys of one batch read. */
const BATCH = 25;
/** Looks before a bucket that is written all the time is left as it is. */
const LOOKS = 6;

/** One bucket as it was read. */
export interface BucketRead {
  /** Everything up to this head is in the backup, and perhaps something of what followed. */
  readonly head: Head;
  /** The head stood still around the last look: the bucket is as it was at one moment. */
  readonly isSettled: boolean;
  /** What was read is what the head's digest and count say. */
  readonly isSound: boolean;
}

/**
 * Reads one bucket whose authority is Forge. Its keys are those that Postgres knows and those that the log names since: every
 * write of Forge is in one or the other. Read strictly, one by one; keys that the log names meanwhile are read again, until
 * the head stands still around the look.
 */
export async function readBucket(backup: ForgeBackup, bucket: number): Promise<BucketRead> {
  const hashes = new Map<string, StoredValue>();
  const take = async (key: string, stored: StoredValue): Promise<void> => {
    if (stored.hash === undefined) return;
    // Without its value: only its hash is needed, and a bucket may be large.
    hashes.set(key, { ...stored, value: undefined });
    await backup.write(key, stored);
  };
  const head = await backup.headOf(bucket);
  await readKeys(backup, await keysOf(backup, bucket, head), take);
  const settled = await catchUp(backup, bucket, head.seq, take);
  let [digest, live] = [EMPTY_DIGEST, 0];
  for (const { hash, deleted } of hashes.values()) {
    if (hash !== undefined) digest = xorDigest(digest, hash);
    if (!deleted) live += 1;
  }
  const isSound = digest === settled.head.dg && live === settled.head.cnt;
  return { ...settled, isSound: isSound || !settled.isSettled };
}

/**
 * Reads again what the log of a bucket names behind `seq`, until the head stands still around a look. The head that comes back
 * says up to where everything was read.
 */
export async function catchUp(
  backup: ForgeBackup,
  bucket: number,
  seq: number,
  take: (key: string, stored: StoredValue) => Promise<void> = backup.write,
): Promise<{ head: Head; isSettled: boolean }> {
  let done = seq;
  for (let look = 0; ; look += 1) {
    const now = await backup.headOf(bucket);
    if (now.seq === done) return { head: now, isSettled: true };
    if (look === LOOKS) return { head: { ...now, seq: done }, isSettled: false };
    const named = await namedSince(backup, bucket, done, now.seq);
    await readKeys(backup, named ?? (await keysOf(backup, bucket, now)), take);
    done = now.seq;
  }
}

async function readKeys(
  backup: ForgeBackup,
  keys: ReadonlySet<string>,
  take: (key: string, stored: StoredValue) => Promise<void>,
): Promise<void> {
  const { send, group } = backup;
  const all = [...keys];
  for (let at = 0; at < all.length; at += CHUNK) {
    const chunk = all.slice(at, at + CHUNK);
    const read = new Map<string, StoredValue>();
    await inLanes(chunk, LANES, async (key) => {
      const { broken, ...stored } = await inspectSettled(send, group, key, 'scrub');
      // Its version stands, its parts don't: there is nothing to be saved, and the backup says so.
      if (broken === undefined) read.set(key, stored);
      else backup.noteBroken(key);
    });
    for (const key of chunk) {
      const stored = read.get(key);
      if (stored !== undefined) await take(key, stored);
    }
  }
}

/**
 * Every key the bucket may hold. The position first: what came back meanwhile is then in both, never in neither. Throws
 * `log.entry_missing`.
 */
async function keysOf(backup: ForgeBackup, bucket: number, head: Head): Promise<Set<string>> {
  const { pool, scope, send } = backup;
  const position = await pool.query<{ seq: string }>(
    'select seq from mig_racked where tenant = $1 and grp = $2 and bucket = $3',
    [scope.tenant, scope.group, bucket],
  );
  const from = Math.max(Number(position.rows[0]?.seq ?? 0), head.f0);
  const known = await pool.query<{ key: string }>(
    'select key from mig_ver where tenant = $1 and grp = $2 and slot = any($3) order by slot, key',
    [scope.tenant, scope.group, slotsOf(bucket, send.scope.buckets)],
  );
  const keys = new Set(known.rows.map(({ key }) => key));
  const named = await namedSince(backup, bucket, from, head.seq);
  if (named === undefined) {
    const what = `the log of bucket ${bucket} has a hole behind ${from}`;
    throw new LayerError('log.entry_missing', what);
  }
  for (const key of named) keys.add(key);
  return keys;
}

/** Keys that the log names behind `from`, up to `to`. Undefined: some entries are gone, as they may once they came back. */
async function namedSince(
  { send, scope }: ForgeBackup,
  bucket: number,
  from: number,
  to: number,
): Promise<Set<string> | undefined> {
  const keys = new Set<string>();
  for (let at = from + 1; at <= to; at += BATCH) {
    const length = Math.min(BATCH, to - at + 1);
    const wanted = Array.from({ length }, (_, i) => logKey(scope.group, bucket, at + i));
    const items = wanted.map((key) => ({ key, entity: undefined }));
    const batch = await insist(send, 'read', 'scrub', 1, (carrier) => carrier.getMany(items));
    const found = new Map(batch.found.map(({ key, value }) => [key, value]));
    for (const item of items) {
      // A batch may be behind: only a strict read may say that an entry does not exist.
      const value =
        found.get(item.key) ??
        (await insist(send, 'read', 'scrub', 1, (carrier) => carrier.get(item)))?.value;
      if (value === undefined) return undefined;
      for (const { key } of parseLogEntry(value, item.key).records) keys.add(key);
    }
  }
  return keys;
}
