import { HEAD_ENTITY, formatHead, headKey, newHead, type Head } from '../bucket/head.ts';
import { insist } from '../copy/insist.ts';
import { transactOnce } from '../copy/transact-once.ts';
import { headOperation } from '../copy/write-operations.ts';
import { LayerError } from '../errors.ts';
import type { ItemKey, Transaction } from '../forge/carrier.ts';
import { formatLogEntry, logKey, parseLogEntry } from '../forge/log-entry.ts';
import { canonical } from '../record/canonical.ts';
import { MAX_VALUE_BYTES } from '../record/limits.ts';
import type { Json } from '../terms.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { flip, release, turn } from './moves.ts';

/** Two canaries at once get in each other's way: the loser flies again. */
const ATTEMPTS = 5;
/** Bytes of the item beside its value. */
const ROOM = 100;

/** One record as it would stand in Forge. */
export interface Sample {
  readonly key: string;
  readonly value: Json;
}

/** Postgres' part of a canary. */
export interface CanarySide {
  /** One live record of each type that has one, as it would stand in Forge. */
  samples(): Promise<readonly Sample[]>;
  /**
   * Writes the value into the app's rows as reverse replication would, reads it back as the copy would, and undoes both: the
   * transaction never commits. Rejects when the rows refuse it.
   */
  thereAndBack(key: string, value: Json): Promise<Json>;
}

/**
 * Flies one record of each type the whole way back and forth, before anything is closed: written at Forge under a head that
 * is with Forge, found by its log entry, read, written into the app's rows and read from there again (hole H20). The head is
 * a bucket of its own behind the last one: no digest and no hand-over knows it, so it may be with Forge while all others are
 * with Postgres. Leaves neither record nor entry. Returns how many flew. Throws `canary.failed`.
 */
export async function flyCanary(context: HandoverContext, side: CanarySide): Promise<number> {
  const samples = await side.samples();
  for (const { key, value } of samples) {
    // A value that lies in parts would not fit the canary's one item; verification reads each of its parts back.
    const fits = Buffer.byteLength(JSON.stringify(value)) < MAX_VALUE_BYTES - ROOM;
    const flown = await throughForge(context, fits ? value : null);
    const back = fits ? flown : value;
    let again: Json;
    try {
      again = await side.thereAndBack(key, back);
    } catch (cause) {
      throw failed(typeOf(key), 'the app’s rows refuse it', cause);
    }
    if (canonical(again) !== canonical(value)) throw failed(typeOf(key), 'it came back different');
  }
  return samples.length;
}

async function throughForge(context: HandoverContext, value: Json): Promise<Json> {
  const { send, scope } = context;
  const bucket = send.scope.buckets;
  const place = { key: `mig:${scope.group}:canary`, entity: undefined };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await atForge(context, bucket);
    if (head === undefined) continue;
    const next = { ...head, seq: head.seq + 1 };
    const version = { e: head.epoch, n: 1 };
    const log = { key: logKey(scope.group, bucket, next.seq), entity: undefined };
    const entry = formatLogEntry({ records: [{ key: place.key, version }] });
    const written = await committed(context, {
      set: [
        headOperation(scope.group, { bucket, head, next }, 'F'),
        { ...place, json: JSON.stringify({ v: value, _mv: version }) },
        { ...log, json: JSON.stringify(entry) },
      ],
      delete: [],
    });
    if (!written) continue;
    const found = await read(context, log);
    const named = found === undefined ? undefined : parseLogEntry(found, log.key).records[0];
    const stored = (await read(context, place)) as { v?: Json; _mv?: { e: number } } | undefined;
    if (named?.key !== place.key || stored?.v === undefined || stored._mv?.e !== head.epoch) {
      throw failed('forge', 'what was written there could not be read');
    }
    await backToPostgres(context, bucket, next);
    await insist(send, 'write', 'repair', 1, (carrier) =>
      carrier.transact({ set: [], delete: [place, log] }),
    );
    return stored.v;
  }
  throw failed('forge', 'its head could not be moved');
}

/** The canary's head, brought to Forge from wherever an earlier flight has left it. */
async function atForge(context: HandoverContext, bucket: number): Promise<Head | undefined> {
  const { send, scope } = context;
  const { incarnation: inc, mapping: mapv } = send.scope;
  const item = { key: headKey(scope.group, bucket), entity: HEAD_ENTITY };
  const fresh = newHead({ epoch: 1, inc, mapv });
  await insist(send, 'write', 'repair', 1, (carrier) => carrier.create(item, formatHead(fresh)));
  const head = await send.heads.readStrictly(send, bucket);
  const ready = await backToPostgres(context, bucket, head);
  if (ready?.auth !== 'P') return undefined;
  const flipped = await moveHeads(send, new Map([[bucket, ready]]), flip(ready.epoch));
  const there = flipped.get(bucket);
  return there?.auth === 'F' ? there : undefined;
}

async function backToPostgres(
  { send }: HandoverContext,
  bucket: number,
  head: Head,
): Promise<Head | undefined> {
  const turned = await moveHeads(send, new Map([[bucket, head]]), turn);
  const epoch = (turned.get(bucket)?.epoch ?? head.epoch) + 1;
  // Nothing of it has to be brought back.
  const released = await moveHeads(
    send,
    turned,
    release(epoch, () => true),
  );
  return released.get(bucket);
}

async function committed({ send }: HandoverContext, transaction: Transaction): Promise<boolean> {
  try {
    return await transactOnce(send, transaction, 'repair');
  } catch (error) {
    if (error instanceof LayerError && error.code === 'target.refused') {
      throw failed('forge', error.message, error);
    }
    throw error;
  } finally {
    send.heads.forget(send.scope.buckets);
  }
}

async function read({ send }: HandoverContext, item: ItemKey): Promise<unknown> {
  return (await insist(send, 'read', 'repair', 1, (carrier) => carrier.get(item)))?.value;
}

function typeOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}

function failed(type: string, why: string, cause?: unknown): LayerError {
  return new LayerError('canary.failed', `a record of type "${type}": ${why}`, { cause });
}
