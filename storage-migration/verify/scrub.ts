import { encodeKey } from '../record/key-codec.ts';
import { getItems, readEach } from '../copy/get-items.ts';
import { readParts } from '../copy/read-parts.ts';
import type { ItemKey } from '../forge/carrier.ts';
import { END, START, type Cursor } from '../bucket/position.ts';
import { canonical } from '../record/canonical.ts';
import { recordHash, tombstoneKey } from '../record/hash.ts';
import {
  isSetAside,
  prepare,
  recordOf,
  type Outgoing,
  type VersionedRow,
} from '../record/outgoing.ts';
import { unwrap } from '../record/stored-item.ts';
import { compareVersions, type Json } from '../terms.ts';
import { examine } from './examine.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

const SLICE = 100;
const BATCH = 25;

/** What reading one bucket back came to. */
export interface BucketScrub {
  readonly findings: readonly Finding[];
  readonly compared: number;
  /** False when it was asked to stop. */
  readonly complete: boolean;
}

/**
 * Layers two and three for one bucket: every record is read back and compared twice, by hash and by the app's own
 * comparator, which was written apart from the encoder. Batch reads may be behind, so they only raise suspicion; strict
 * reads decide. Returns what differs and how many records were compared.
 */
export async function scrubBucket(context: VerifyContext, bucket: number): Promise<BucketScrub> {
  const findings: Finding[] = [];
  let compared = 0;
  let cursor: Cursor = START;
  while (cursor.at !== 'end') {
    if (context.shouldStop?.() === true) return { findings, compared, complete: false };
    const slice = await context.reader.after(bucket, cursor, SLICE);
    for (let at = 0; at < slice.rows.length; at += BATCH) {
      const rows = slice.rows.slice(at, at + BATCH);
      findings.push(...(await scrubRows(context, rows)));
      compared += rows.filter((row) => !row.deleted).length;
    }
    const last = slice.rows.at(-1);
    cursor = slice.last || last === undefined ? END : { at: 'key', slot: last.slot, key: last.key };
  }
  return { findings, compared, complete: true };
}

/** Reads these records back, one batch, and compares them twice. Returns what differs. */
export async function scrubRows(
  context: VerifyContext,
  rows: readonly VersionedRow[],
): Promise<Finding[]> {
  const { group, send } = context;
  const expected = new Map<string, { item: Outgoing; row: VersionedRow }>();
  for (const row of rows) {
    const item = prepare(group, send.scope.tenantKey, row);
    if (!isSetAside(item)) expected.set(item.key, { item, row });
  }
  const found = await readBack(
    context,
    [...expected.values()].map(({ item }) => item),
  );
  const suspects: string[] = [];
  const findings: Finding[] = [];
  for (const [key, { item, row }] of expected) {
    const stored = found.get(key);
    if (item.json === null) {
      const isTombstone = stored !== undefined && isSameVersion(item, stored);
      if (!isTombstone) suspects.push(key);
      continue;
    }
    const value = await valueOf(context, item, stored);
    if (value === undefined) {
      suspects.push(key);
      continue;
    }
    const paths = recordOf(group, key).source.compare(row.row, value);
    if (paths.length > 0) findings.push({ key, class: 'corrupt', detail: { paths } });
  }
  return [...findings, ...(await examine(context, suspects))];
}

/** The values by key, as a batch read gave them; keys it did not give are left out. */
async function readBack(
  context: VerifyContext,
  items: readonly Outgoing[],
): Promise<ReadonlyMap<string, unknown>> {
  const { tenantKey, group } = context.send.scope;
  const keyOf = new Map<string, string>();
  const wanted: ItemKey[] = [];
  for (const item of items) {
    const key = item.json === null ? tombstoneKey(tenantKey, group, item.key) : encodeKey(item.key);
    keyOf.set(key, item.key);
    wanted.push({ key, entity: item.json === null ? undefined : item.entity });
  }
  const read = context.isHasty === true ? readEach : getItems;
  const found = await read(context.send, wanted, 'scrub');
  return new Map(found.map(({ key, value }) => [keyOf.get(key) ?? key, value]));
}

function isSameVersion(item: Outgoing, tombstone: unknown): boolean {
  return canonical(tombstone as Json) === canonical({ ...item.version });
}

/** What is stored, its parts read strictly, if it is the expected version with the expected content. */
async function valueOf(
  context: VerifyContext,
  item: Outgoing,
  stored: unknown,
): Promise<Json | undefined> {
  const { group, send } = context;
  const { key } = item;
  const read = unwrap(recordOf(group, key).target, stored);
  if (read === undefined || compareVersions(read.version, item.version) !== 0) return undefined;
  if ('value' in read) {
    const hash = recordHash(send.scope.tenantKey, key, read.version, canonical(read.value));
    return hash === item.hash ? read.value : undefined;
  }
  if ('broken' in read || read.pointer.hash !== item.hash) return undefined;
  const parts = await readParts(send, group, { key, ...read }, 'scrub');
  return 'value' in parts ? parts.value : undefined;
}
