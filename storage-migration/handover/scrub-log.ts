import type { Head } from '../bucket/head.ts';
import { getItems } from '../copy/get-items.ts';
import { insist, unreachable } from '../copy/insist.ts';
import { backOff } from '../copy/reach.ts';
import { transactOnce } from '../copy/transact-once.ts';
import { upkeepTransaction } from '../copy/upkeep-transaction.ts';
import type { SetOperation } from '../forge/carrier.ts';
import { formatLogEntry, logKey, parseLogEntry } from '../forge/log-entry.ts';
import type { HandoverContext } from './handover-context.ts';

/** Items of one batch read. */
const BATCH = 25;
/** The newest positions, which a batch that is behind might not show: read one by one. */
const TAIL = 50;
/** Entries of one transaction, beside the head and its own entry. */
const MOST = 20;
const ATTEMPTS = 12;

/**
 * Takes erased keys out of a bucket's log entries, which name the records they are about. Only entries that have come back
 * are touched, and each keeps its place and its mutation: a writer whose answer was lost still finds its own. The
 * erasure's own are among them, since its delete has come back. False while nobody is the authority, and while one that has not
 * come back yet names them. A sealed bucket's log is
 * swept as a whole.
 */
export async function scrubLog(
  context: HandoverContext,
  bucket: number,
  keys: ReadonlySet<string>,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await context.send.heads.readStrictly(context.send, bucket);
    if (head.auth === 'S') return true;
    if (head.auth === 'D') return false;
    const positions = await context.postgres.positions();
    const position = Math.max(positions.get(bucket) ?? 0, head.f0);
    const end = head.auth === 'P' ? head.seq : Math.min(position, head.seq);
    const scrubbed = await entriesNaming(context, bucket, { first: 1, end }, keys);
    if (scrubbed.length === 0) {
      // What has not come back may name them too: it is left alone until it has.
      const rest = { first: end + 1, end: head.seq };
      return (await entriesNaming(context, bucket, rest, keys)).length === 0;
    }
    if (!(await committed(context, bucket, head, scrubbed.slice(0, MOST)))) {
      await backOff(context.send, Math.min(attempt, 4));
    }
  }
  throw unreachable(new Error(`the log of bucket ${bucket} could not be rewritten`));
}

async function entriesNaming(
  { send, scope }: HandoverContext,
  bucket: number,
  { first, end }: { readonly first: number; readonly end: number },
  keys: ReadonlySet<string>,
): Promise<readonly SetOperation[]> {
  const scrubbed: SetOperation[] = [];
  const look = (item: { key: string; entity: undefined }, value: unknown): void => {
    const entry = parseLogEntry(value, item.key);
    const records = entry.records.filter(({ key }) => !keys.has(key));
    if (records.length === entry.records.length) return;
    scrubbed.push({ ...item, json: JSON.stringify(formatLogEntry({ ...entry, records })) });
  };
  for (let from = first; from <= end; from += BATCH) {
    const many = Math.min(BATCH, end - from + 1);
    const places = Array.from({ length: many }, (_, i) => ({
      key: logKey(scope.group, bucket, from + i),
      entity: undefined,
    }));
    if (from + many > end - TAIL) {
      for (const place of places) {
        const found = await insist(send, 'read', 'repair', 1, (carrier) => carrier.get(place));
        if (found !== undefined) look(place, found.value);
      }
      continue;
    }
    for (const { key, value } of await getItems(send, places, 'repair')) {
      look({ key, entity: undefined }, value);
    }
  }
  return scrubbed;
}

/** False: nothing is known, begin anew. */
async function committed(
  { send, scope }: HandoverContext,
  bucket: number,
  head: Head,
  entries: readonly SetOperation[],
): Promise<boolean> {
  const transaction = upkeepTransaction(scope.group, { bucket, head }, { set: entries });
  const isDone = await transactOnce(send, transaction, 'repair');
  send.heads.forget(bucket);
  return isDone;
}
