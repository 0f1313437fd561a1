import { EMPTY_REPLY, identityOf, spaceFor } from './engine.ts';
import type { Call, Engine, Reply } from './engine.ts';
import { checkEntityValue } from './entity-value.ts';
import { StorageError } from './errors.ts';
import { checkKey } from './keys.ts';
import { VALUE_MAX_BYTES } from './limits.ts';
import { itemBytes, itemText } from './metadata.ts';
import type { Space } from './spaces.ts';
import { NEVER, expiryOf } from './ttl.ts';
import type { Expiry } from './ttl.ts';
import { unitsOf } from './units.ts';
import { checkValue } from './values.ts';
import type { CheckedValue } from './values.ts';
import { deleteBody, getBody, parseBody, setBody } from './wire.ts';
import type { RawTtl, SetOptions } from './wire.ts';

/** `get`, `set` and `delete` of one key, in each of the three kinds of space. */
export type SpaceKind = Space['kind'];

/** Strict. A missing key is `KEY_NOT_FOUND`, which the SDK turns into `undefined`. */
export function get(engine: Engine, call: Call, kind: SpaceKind): Reply {
  const { key, entityName, options } = parseBody(getBody, call.body);
  const space = spaceOf(engine, call, kind, entityName);
  checkKey(key, kind === 'entity');
  const { quota } = call.tenant;
  const item = engine.items.read(space, key, call.now);
  if (!item) {
    quota.read(1, call.now);
    quota.bill.read([]);
    throw new StorageError('KEY_NOT_FOUND', { status: engine.switches.keyNotFoundStatus });
  }
  const text = itemText(item, nameOf(space), options?.metadataFields);
  const weight = { body: Buffer.byteLength(text), items: itemBytes(item) };
  quota.throughput('read', identityOf(space, key), weight.items, call.now);
  quota.read(unitsOf(weight, engine.switches), call.now);
  quota.bill.read([item]);
  return { status: 200, text };
}

/** Last write wins, unless `FAIL_IF_EXISTS` is asked for. */
export function set(engine: Engine, call: Call, kind: SpaceKind): Reply {
  const { key, entityName, value: raw, options } = parseBody(setBody, call.body);
  const space = spaceOf(engine, call, kind, entityName);
  checkKey(key, kind === 'entity');
  checkPolicy(engine, options, kind);
  const value = checkValueFor(engine, space, raw);
  const expiry = expiryFor(engine, options?.ttl, call.now);
  const identity = identityOf(space, key);
  const weight = { body: call.bytes, items: Buffer.byteLength(key) + value.bytes };
  call.tenant.quota.throughput('write', identity, value.bytes, call.now);
  call.tenant.quota.write(unitsOf(weight, engine.switches), call.now);

  const { previous, latest } = engine.atomic.run(() => {
    const previous =
      options?.keyPolicy === 'FAIL_IF_EXISTS' || options?.returnValue === 'PREVIOUS'
        ? engine.items.read(space, key, call.now)
        : undefined;
    if (previous && options?.keyPolicy === 'FAIL_IF_EXISTS') throw new StorageError('KEY_CONFLICT');
    engine.items.put(space, key, value, expiry, call.now);
    const latest =
      options?.returnValue === 'LATEST' ? engine.items.read(space, key, call.now) : undefined;
    return { previous, latest };
  });
  engine.inFlight.changed(identity);
  call.tenant.quota.bill.wrote(key, value.bytes);
  const returned = previous ?? latest;
  if (options?.returnValue === undefined || !returned) return EMPTY_REPLY;
  return { status: 200, text: itemText(returned, nameOf(space), options.returnMetadataFields) };
}

/** Succeeds whether or not the key exists. */
export function remove(engine: Engine, call: Call, kind: SpaceKind): Reply {
  const { key, entityName } = parseBody(deleteBody, call.body);
  const space = spaceOf(engine, call, kind, entityName);
  checkKey(key, kind === 'entity');
  const weight = { body: call.bytes, items: Buffer.byteLength(key) };
  call.tenant.quota.write(unitsOf(weight, engine.switches), call.now);
  engine.atomic.run(() => {
    engine.items.remove(space, key, call.now);
  });
  engine.inFlight.changed(identityOf(space, key));
  return EMPTY_REPLY;
}

/** Size, depth, and for an entity its schema. */
export function checkValueFor(engine: Engine, space: Space, raw: unknown): CheckedValue {
  const { secretMaxBytes, maxDepth } = engine.switches;
  const value = checkValue(
    raw,
    space.kind === 'secret' ? secretMaxBytes : VALUE_MAX_BYTES,
    maxDepth,
  );
  if (space.spec) checkEntityValue(space.spec, value.parsed, engine.switches);
  return value;
}

/** An expired item stays readable for a drawn part of the longest time. */
export function expiryFor(engine: Engine, ttl: RawTtl | undefined, now: number): Expiry {
  if (!ttl) return NEVER;
  return expiryOf(ttl, now, Math.round(engine.random() * engine.switches.expiredVisibleMs));
}

function spaceOf(
  engine: Engine,
  call: Call,
  kind: SpaceKind,
  entityName: string | undefined,
): Space {
  if (kind === 'plain') return call.tenant.spaces.plain;
  if (kind === 'secret') return call.tenant.spaces.secret;
  if (entityName === undefined) {
    throw new StorageError('INVALID_REQUEST', { message: 'entityName must be given' });
  }
  return spaceFor(engine, call.tenant, entityName);
}

/** Entities echo their name in the answer, plain keys and secrets have none. */
function nameOf(space: Space): string | undefined {
  return space.spec?.name;
}

function checkPolicy(engine: Engine, options: SetOptions, kind: SpaceKind): void {
  const { keyPolicy, returnValue, returnMetadataFields } = options ?? {};
  const failing = keyPolicy === 'FAIL_IF_EXISTS';
  if ((failing && returnValue) || (returnMetadataFields && !returnValue)) {
    throw new StorageError('INVALID_KEY_POLICY_RETURN_VALUE_COMBINATION');
  }
  if (failing && kind === 'entity' && !engine.switches.entityFailIfExists) {
    throw new StorageError('INVALID_REQUEST', { message: 'keyPolicy is not supported here' });
  }
}
