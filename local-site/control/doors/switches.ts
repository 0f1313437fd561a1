import { z } from 'zod';
import { ControlError } from '../control-parts.ts';
import type { ControlWorld } from '../control-parts.ts';

/** A switch as it stands. */
export interface SwitchView {
  readonly room: 'storage' | 'platform';
  readonly name: string;
  readonly value: unknown;
  /** How it can be changed now; `fixed` ones count from the start of the local site. */
  readonly form: 'number' | 'boolean' | 'range' | 'text' | 'fixed';
}

/** They are read once, when the local site starts. */
const FIXED = new Set(['platform.systemTokens', 'platform.environmentType']);
/** Those with a few words for values: the words that the types allow. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'storage.batchGetConsistency': ['lagging', 'strict'],
  'storage.sizeBasis': ['body', 'items'],
  'storage.queryUnits': ['bytes', 'page'],
  'storage.minuteWindow': ['fixed', 'sliding'],
  'storage.transactionUnits': ['size', 'one'],
  'storage.batchOverBudget': ['whole', 'items'],
  'storage.conditionalSetOnMissingKey': ['fail', 'pass'],
  'storage.notExistsOnMissingKey': ['fail', 'pass'],
  'platform.bigRetryData': ['refused', 'dropped'],
  'platform.asyncBigEvent': ['push', 'event'],
  'platform.asyncAcrossVersions': ['always', 'crossVersion'],
  'platform.scheduleSpread': ['minute', 'interval'],
  'platform.egressOverLimit': ['answer', 'exception'],
};

/** What people change most: how late things come. */
export const LAGS: ReadonlySet<string> = new Set([
  'storage.queryLagMs',
  'storage.latencyMs',
  'platform.eventDelayMs',
  'platform.asyncDelayMs',
  'platform.permissionLagMs',
  'platform.firstScheduleMs',
]);

const Change = z.strictObject({
  room: z.enum(['storage', 'platform']),
  name: z.string(),
  value: z.unknown().optional(),
  min: z.coerce.number().optional(),
  max: z.coerce.number().optional(),
});
const Range = z.strictObject({ min: z.number().min(0), max: z.number().min(0) });

/** The words that a switch may be set to; undefined when it is not one of words. */
export function wordsOf({ room, name }: SwitchView): readonly string[] | undefined {
  return WORDS[`${room}.${name}`];
}

export function switches({ store, platform }: ControlWorld): readonly SwitchView[] {
  const rooms = { storage: store.switches, platform: platform.switches };
  return (['storage', 'platform'] as const).flatMap((room) =>
    Object.entries(rooms[room]).map(([name, value]): SwitchView => {
      return { room, name, value, form: formOf(`${room}.${name}`, value) };
    }),
  );
}

/** Changes one switch while the local site runs; rate windows of storage begin anew. Says what it did. */
export function changeSwitch(world: ControlWorld, body: unknown): string {
  const change = Change.parse(body);
  const known = switches(world).find(
    ({ room, name }) => room === change.room && name === change.name,
  );
  if (known === undefined || known.form === 'fixed') {
    const why = known === undefined ? 'There is no such switch' : 'It counts from the start only';
    throw new ControlError('unknown_switch', `${change.room}.${change.name}: ${why}.`);
  }
  const value = valueOf(known, change);
  if (change.room === 'storage') world.store.configure({ switches: { [change.name]: value } });
  else Object.assign(world.platform.switches, { [change.name]: value });
  return `${change.room}.${change.name} is ${JSON.stringify(value)}.`;
}

function formOf(path: string, value: unknown): SwitchView['form'] {
  if (FIXED.has(path)) return 'fixed';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (WORDS[path] !== undefined) return 'text';
  return Range.safeParse(value).success ? 'range' : 'fixed';
}

function valueOf(known: SwitchView, { value, min, max }: z.infer<typeof Change>): unknown {
  switch (known.form) {
    case 'number':
      return z.coerce.number().min(0).parse(value);
    case 'boolean':
      return z.union([z.boolean(), z.stringbool()]).parse(value);
    case 'range':
      return Range.refine((range) => range.min <= range.max, 'min may not pass max').parse(
        value ?? { min, max },
      );
    case 'text':
      return z.enum(wordsOf(known) ?? []).parse(value);
    case 'fixed':
      return known.value;
  }
}
