import type { Stored } from '../apply/apply-rule.ts';
import type { Head } from '../bucket/head.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { splitKey, type GroupDefinition } from '../record/define-record.ts';
import { parsePart, parsePartKey, partKey, partPrefix } from '../record/parts.ts';
import { compareVersions, isWithForge, type Version } from '../terms.ts';
import { insist } from './insist.ts';
import { unitsOf } from './packer.ts';
import { readVersion } from './read-stored.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';
import { backOff } from './reach.ts';
import { transactOnce } from './transact-once.ts';
import { upkeepTransaction } from './upkeep-transaction.ts';

/** Parts of one page: each is up to 240 KB, and an answer has to stay small. */
const PAGE = 10;
/** A scan that hands out the same cursor again would never end. */
const MOST_PAGES = 1_000_000;
/** Parts of one transaction, beside a head and a log entry. */
const MOST_AT_ONCE = 23;
const ATTEMPTS = 5;

/** A part as it lies in Forge. */
interface FoundPart {
  readonly hash: string;
  readonly index: number;
  readonly version: Version;
}

export interface Swept {
  /** Parts that were deleted. */
  readonly gone: number;
  /** Parts that nothing points to and that stay, because they may still be committed or their bucket is moving. */
  readonly left: number;
  /** False when it was asked to stop. */
  readonly complete: boolean;
}

/**
 * Step `sweepParts`: deletes parts that no record points to and none can come to point to. They are what a writer leaves that
 * dies between its parts and its pointer, and what arrives late. The scan lags and only proposes; each is judged by strict
 * reads and deleted in a transaction that compares and sets the head of its bucket, so that a pointer committed meanwhile
 * makes it fail. Reads every part whole: not something to do all the time.
 */
export async function sweepParts(
  context: SendContext,
  group: GroupDefinition,
  shouldStop: () => boolean = () => false,
): Promise<Swept> {
  let gone = 0;
  let left = 0;
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    if (shouldStop()) return { gone, left, complete: false };
    const options = { prefix: partPrefix(context.scope.group), limit: PAGE };
    const read = await insist(context, 'read', 'scrub', 1, (carrier) =>
      carrier.scan(undefined, cursor, options),
    );
    const units = unitsOf(Buffer.byteLength(JSON.stringify(read.items)), UNIT_BYTES);
    if (units > 1) await context.units.take({ kind: 'read', units: units - 1, priority: 'scrub' });
    for (const [owner, parts] of byOwner(context, group, read.items)) {
      const swept = await sweepRecord(context, group, owner, parts);
      gone += swept.gone;
      left += swept.left;
    }
    if (read.cursor === undefined || read.cursor === cursor) break;
    cursor = read.cursor;
  }
  return { gone, left, complete: true };
}

function byOwner(
  context: SendContext,
  group: GroupDefinition,
  items: readonly { readonly key: string; readonly value: unknown }[],
): ReadonlyMap<string, readonly FoundPart[]> {
  const owners = new Map<string, FoundPart[]>();
  for (const { key, value } of items) {
    const at = parsePartKey(context.scope.group, key);
    const part = parsePart(value);
    // Anything else was written by somebody else, or by a group that knows more types.
    if (at === undefined || part === undefined || !group.records.has(splitKey(part.key).type)) {
      continue;
    }
    const { version } = part;
    owners.set(part.key, [...(owners.get(part.key) ?? []), { ...at, version }]);
  }
  return owners;
}

async function sweepRecord(
  context: SendContext,
  group: GroupDefinition,
  key: string,
  parts: readonly FoundPart[],
): Promise<{ readonly gone: number; readonly left: number }> {
  const bucket = bucketOf(slotOf(key), context.scope.buckets);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await context.heads.readStrictly(context, bucket);
    const stored = await readVersion(context, group, key, 'scrub');
    const orphans = parts.filter((part) => !isPointedTo(stored, part));
    const gone = orphans
      .filter(({ version }) => mayGo(head, stored, version))
      .slice(0, MOST_AT_ONCE);
    const left = orphans.length - gone.length;
    if (gone.length === 0) return { gone: 0, left };
    const keys = gone.map(({ hash, index }) => partKey(context.scope.group, hash, index));
    if (await remove(context, bucket, head, keys)) return { gone: gone.length, left };
    await backOff(context, attempt);
  }
  return { gone: 0, left: parts.length };
}

function isPointedTo({ hash, parts = 0 }: Stored, part: FoundPart): boolean {
  return part.hash === hash && part.index < parts;
}

/**
 * Whether a part without a pointer can never get one. While Postgres gives the versions, a sender may have stored the parts of
 * a version that is still to come, and does not look again. A writer on Forge stores its parts behind the head that it
 * compares: this deletion moves that head. While nobody writes, the log of the bucket is left alone.
 */
function mayGo(head: Head, stored: Stored, version: Version): boolean {
  if (isWithForge(head)) return true;
  return head.auth === 'P' && compareVersions(version, stored.version) <= 0;
}

/** False: nothing is known, read again. */
async function remove(
  context: SendContext,
  bucket: number,
  head: Head,
  keys: readonly string[],
): Promise<boolean> {
  const transaction = upkeepTransaction(
    context.scope.group,
    { bucket, head },
    { remove: keys.map((key) => ({ key, entity: undefined })) },
  );
  const isDone = await transactOnce(context, transaction, 'scrub');
  context.heads.forget(bucket);
  return isDone;
}
