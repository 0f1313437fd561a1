import type { Random } from '../support/index.ts';
import { identityOf, spaceFor } from './engine.ts';
import type { Call, Engine, Reply } from './engine.ts';
import { StorageError } from './errors.ts';
import type { Item } from './items.ts';
import { checkKey } from './keys.ts';
import { GROUP_MAX_BYTES, GROUP_MAX_ITEMS } from './limits.ts';
import { itemBytes, itemText } from './metadata.ts';
import { checkValueFor, expiryFor } from './single.ts';
import type { Space } from './spaces.ts';
import type { Expiry } from './ttl.ts';
import { unitsOf } from './units.ts';
import type { CheckedValue } from './values.ts';
import { batchDeleteBody, batchGetBody, batchSetBody, parseBody } from './wire.ts';

interface Target {
  readonly key: string;
  readonly entityName?: string | undefined;
}

/** A write that passed all checks, or the refusal of one item. */
interface Write {
  readonly target: Target;
  readonly bytes: number;
  readonly space: Space;
  readonly value?: CheckedValue;
  readonly expiry?: Expiry;
}

/** Best effort: each item succeeds or fails alone, in no order; the answer is 200 either way [doc]. */
export function batchSet(engine: Engine, call: Call): Reply {
  const raw = parseBody(batchSetBody, call.body);
  checkBatch(raw, 'set', call);
  return write(engine, call, raw, (item): Write => {
    const space = checkedSpace(engine, call, item);
    const value = checkValueFor(engine, space, item.value);
    const expiry = expiryFor(engine, item.options?.ttl, call.now);
    call.tenant.quota.throughput('write', identityOf(space, item.key), value.bytes, call.now);
    const bytes = Buffer.byteLength(item.key) + value.bytes;
    return { target: item, bytes, space, value, expiry };
  });
}

/** As `batchSet`; a key that does not exist succeeds. */
export function batchDelete(engine: Engine, call: Call): Reply {
  const raw = parseBody(batchDeleteBody, call.body);
  checkBatch(raw, 'delete', call);
  return write(engine, call, raw, (item): Write => {
    const space = checkedSpace(engine, call, item);
    return { target: item, bytes: Buffer.byteLength(item.key), space };
  });
}

/**
 * Neither a snapshot nor in order. While `batchGetConsistency` is `lagging`, each item that changed within the lag is
 * drawn to be seen as it was before or as it is now. A missing key is in `failedKeys` as `KEY_NOT_FOUND` (measured).
 */
export function batchGet(engine: Engine, call: Call): Reply {
  const raw = parseBody(batchGetBody, call.body);
  checkBatch(raw, 'get', call);
  const { quota } = call.tenant;
  const found: string[] = [];
  const failed: string[] = [];
  const items: Item[] = [];
  for (const target of raw) {
    try {
      const space = checkedSpace(engine, call, target);
      const item = readForBatch(engine, space, target.key, call.now);
      if (!item) throw new StorageError('KEY_NOT_FOUND');
      const size = itemBytes(item);
      quota.throughput('read', identityOf(space, target.key), size, call.now);
      items.push(item);
      found.push(itemText(item, space.spec?.name, target.options?.metadataFields));
    } catch (error) {
      failed.push(failureText(target, error));
    }
  }
  const text = answerText(found, failed, engine.random);
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
  quota.read(unitsOf({ body: Buffer.byteLength(text), items: bytes }, engine.switches), call.now);
  quota.bill.read(items);
  return { status: 200, text };
}

function readForBatch(engine: Engine, space: Space, key: string, now: number): Item | undefined {
  const lagging = engine.switches.batchGetConsistency === 'lagging' && engine.random() < 0.5;
  return lagging ? engine.items.readLagging(space, key, now) : engine.items.read(space, key, now);
}

/** What fails the whole call: an empty batch, too many items, a key twice, too many bytes. */
function checkBatch(items: readonly Target[], verb: 'set' | 'get' | 'delete', call: Call): void {
  if (items.length === 0) {
    throw new StorageError('INVALID_REQUEST', { message: 'A batch must hold an item' });
  }
  if (items.length > GROUP_MAX_ITEMS) {
    throw new StorageError('TOO_MANY_BATCH_ENTITIES', {
      message: `Number of entities to ${verb} was ${items.length}, but you can only ${verb} a maximum of ${GROUP_MAX_ITEMS} entities at a time.`,
    });
  }
  const identities = new Set(items.map(({ key, entityName }) => `${entityName ?? ''} ${key}`));
  if (identities.size < items.length) throw new StorageError('KEY_DUPLICATION_ERROR');
  if (call.bytes > GROUP_MAX_BYTES) throw new StorageError('PAYLOAD_TOO_LARGE');
  call.tenant.quota.batch(call.now);
}

function write<Raw extends Target>(
  engine: Engine,
  call: Call,
  raw: readonly Raw[],
  prepare: (item: Raw) => Write,
): Reply {
  const failed: string[] = [];
  const checked: Write[] = [];
  for (const item of raw) {
    try {
      checked.push(prepare(item));
    } catch (error) {
      failed.push(failureText(item, error));
    }
  }
  const writes = chargeWrites(engine, call, checked, failed);
  engine.atomic.run(() => {
    for (const { space, target, value, expiry } of writes) {
      if (value && expiry) engine.items.put(space, target.key, value, expiry, call.now);
      else engine.items.remove(space, target.key, call.now);
    }
  });
  const done = writes.map(({ target, space, value }) => {
    engine.inFlight.changed(identityOf(space, target.key));
    if (value) call.tenant.quota.bill.wrote(target.key, value.bytes);
    return `{${targetText(target)}}`;
  });
  return { status: 200, text: answerText(done, failed, engine.random) };
}

/** Charges the batch on its total size; under `batchOverBudget: items` what no longer fits joins the failures. */
function chargeWrites(
  engine: Engine,
  call: Call,
  writes: readonly Write[],
  failed: string[],
): readonly Write[] {
  const { quota } = call.tenant;
  const sum = (list: readonly Write[]): number => list.reduce((bytes, one) => bytes + one.bytes, 0);
  const units = unitsOf({ body: call.bytes, items: sum(writes) }, engine.switches);
  if (engine.switches.batchOverBudget === 'whole' || units <= quota.writeUnitsLeft(call.now)) {
    quota.write(units, call.now);
    return writes;
  }
  const room = quota.writeUnitsLeft(call.now) * engine.switches.unitBytes;
  let used = 0;
  const kept = writes.filter((one) => {
    used += one.bytes;
    if (used <= room) return true;
    const refusal = new StorageError(engine.switches.throttleCode.general);
    failed.push(failureText(one.target, refusal));
    return false;
  });
  if (kept.length > 0)
    quota.write(Math.max(1, Math.ceil(sum(kept) / engine.switches.unitBytes)), call.now);
  return kept;
}

function checkedSpace(engine: Engine, call: Call, { key, entityName }: Target): Space {
  const space = spaceFor(engine, call.tenant, entityName);
  checkKey(key, space.kind === 'entity');
  return space;
}

function targetText({ key, entityName }: Target): string {
  const name = entityName === undefined ? '' : `,"entityName":${JSON.stringify(entityName)}`;
  return `"key":${JSON.stringify(key)}${name}`;
}

function failureText(target: Target, error: unknown): string {
  if (!(error instanceof StorageError)) throw error;
  return `{${targetText(target)},"error":${JSON.stringify(error.body())}}`;
}

/** Items come in the order in which they happened to end. */
function answerText(done: string[], failed: string[], random: Random): string {
  for (let last = done.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [done[last], done[other]] = [done[other] ?? '', done[last] ?? ''];
  }
  return `{"successfulKeys":[${done.join(',')}],"failedKeys":[${failed.join(',')}]}`;
}
