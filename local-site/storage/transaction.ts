import { EMPTY_REPLY, identityOf, spaceFor } from './engine.ts';
import type { Call, Engine, Reply } from './engine.ts';
import { isRecord } from './entity-spec.ts';
import { StorageError } from './errors.ts';
import { passes, passesOnMissing, readFilter } from './filters.ts';
import type { Filter } from './filters.ts';
import type { Flight } from './in-flight.ts';
import { checkKey } from './keys.ts';
import { GROUP_MAX_BYTES, GROUP_MAX_ITEMS } from './limits.ts';
import { checkValueFor, expiryFor } from './single.ts';
import type { Space } from './spaces.ts';
import { checkTtl } from './ttl.ts';
import { unitsOf } from './units.ts';
import type { CheckedValue } from './values.ts';
import { parseBody, transactionBody } from './wire.ts';
import type { RawFilters, RawTtl } from './wire.ts';

/** One operation of a transaction, checked against every rule that does not depend on stored data. */
interface Step {
  readonly kind: 'set' | 'delete' | 'check';
  readonly space: Space;
  readonly key: string;
  readonly identity: string;
  readonly filter?: Filter;
  readonly value?: CheckedValue;
  /** The time to live, from the moment it is written. */
  readonly ttl?: RawTtl | undefined;
}

/**
 * All or nothing, up to 25 operations on distinct keys. A false condition and a lost optimistic lock answer the same
 * `CONDITIONAL_CHECK_FAILED` (measured), so the caller has to read again to tell them apart. `settle` waits as long as
 * the call takes and gives the time then; a transaction on the same items that commits in that time wins.
 */
export async function transaction(
  engine: Engine,
  call: Call,
  settle: () => Promise<number>,
): Promise<Reply> {
  const steps = readSteps(engine, call);
  charge(engine, call, steps);
  const flight = engine.inFlight.begin(steps.map((step) => step.identity));
  try {
    commit(engine, call, steps, flight, await settle());
  } finally {
    engine.inFlight.end(flight);
  }
  return EMPTY_REPLY;
}

function readSteps(engine: Engine, call: Call): Step[] {
  const { set = [], delete: deletes = [], check = [] } = parseBody(transactionBody, call.body);
  const count = set.length + deletes.length + check.length;
  if (count === 0) throw new StorageError('INVALID_TRANSACTION_REQUEST');
  if (count > GROUP_MAX_ITEMS) throw new StorageError('UNPROCESSABLE_ENTITY');
  if (call.bytes > GROUP_MAX_BYTES) throw new StorageError('PAYLOAD_TOO_LARGE');
  const steps: Step[] = [
    ...set.map((raw): Step => {
      const target = readTarget(engine, call, 'set', raw);
      checkTtl(raw.options?.ttl);
      const value = checkValueFor(engine, target.space, raw.value);
      return { ...target, value, ttl: raw.options?.ttl };
    }),
    ...deletes.map((raw) => readTarget(engine, call, 'delete', raw)),
    ...check.map((raw) => readTarget(engine, call, 'check', raw)),
  ];
  if (new Set(steps.map((step) => step.identity)).size < steps.length) {
    throw new StorageError('KEY_DUPLICATION_ERROR');
  }
  return steps;
}

function readTarget(
  engine: Engine,
  call: Call,
  kind: Step['kind'],
  raw: { key: string; entityName?: string | undefined; conditions?: RawFilters | undefined },
): Step {
  const space = spaceFor(engine, call.tenant, raw.entityName);
  checkKey(raw.key, space.kind === 'entity');
  const target = { kind, space, key: raw.key, identity: identityOf(space, raw.key) };
  if (!raw.conditions) {
    if (kind !== 'check') return target;
    throw new StorageError('INVALID_TRANSACTION_REQUEST', { message: 'A check needs conditions' });
  }
  if (!space.spec) {
    throw new StorageError('INVALID_TRANSACTION_REQUEST', {
      message: 'Conditions need an entity: plain keys cannot be compared',
    });
  }
  return { ...target, filter: readFilter(raw.conditions, space.spec) };
}

/** Charged on arrival, whether or not the conditions hold [infer]. */
function charge(engine: Engine, call: Call, steps: readonly Step[]): void {
  const { quota } = call.tenant;
  let items = 0;
  for (const { value, key, identity } of steps) {
    items += Buffer.byteLength(key) + (value?.bytes ?? 0);
    if (value) quota.throughput('write', identity, value.bytes, call.now);
  }
  const units =
    engine.switches.transactionUnits === 'one'
      ? 1
      : unitsOf({ body: call.bytes, items }, engine.switches);
  quota.write(units, call.now, engine.switches.throttleCode.transaction);
}

/** `now` is when it takes effect, which may be long after it was made: conditions and times are those of then. */
function commit(
  engine: Engine,
  call: Call,
  steps: readonly Step[],
  flight: Flight,
  now: number,
): void {
  const { items, switches } = engine;
  if (flight.lost || engine.random() < switches.spuriousConflict) {
    throw new StorageError('CONDITIONAL_CHECK_FAILED');
  }
  engine.atomic.run(() => {
    for (const step of steps) {
      if (!conditionHolds(engine, step, now)) throw new StorageError('CONDITIONAL_CHECK_FAILED');
    }
    for (const { kind, space, key, value, ttl } of steps) {
      if (value) items.put(space, key, value, expiryFor(engine, ttl, now), now);
      else if (kind === 'delete') items.remove(space, key, now);
    }
  });
  for (const { kind, key, identity, value } of steps) {
    if (kind !== 'check') engine.inFlight.changed(identity);
    if (value) call.tenant.quota.bill.wrote(key, value.bytes);
  }
}

function conditionHolds(engine: Engine, step: Step, now: number): boolean {
  const { filter, kind } = step;
  if (!filter) return true;
  const { conditionalSetOnMissingKey, notExistsOnMissingKey } = engine.switches;
  const item = engine.items.read(step.space, step.key, now);
  if (!item) {
    if (kind !== 'check' && conditionalSetOnMissingKey === 'pass') return true;
    return passesOnMissing(filter, notExistsOnMissingKey);
  }
  const value: unknown = JSON.parse(item.value);
  return isRecord(value) && passes(filter, value);
}
