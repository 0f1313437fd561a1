import { z } from 'zod';
import type { LocalSiteOptions } from '../options.ts';
import { CliError } from './cli-error.ts';
import { SWITCH_DEFAULTS } from './switch-defaults.ts';

type Switches = NonNullable<LocalSiteOptions['switches']>;
type Room = keyof typeof SWITCH_DEFAULTS;

const ROOMS = Object.keys(SWITCH_DEFAULTS) as readonly Room[];
const file = z.strictObject(
  Object.fromEntries(ROOMS.map((room) => [room, z.record(z.string(), z.unknown()).optional()])),
);

/**
 * The switches of a file: each must exist and be of its default's kind (number, text, true or false, a group of them). What
 * a value may be beyond that is said by the switch itself.
 *
 * @throws CliError `switches_invalid` that names the first switch at fault.
 */
export function readSwitches(content: unknown): Switches {
  const parsed = file.safeParse(content);
  if (!parsed.success) throw new CliError('switches_invalid', z.prettifyError(parsed.error));
  for (const room of ROOMS) check(room, parsed.data[room] ?? {}, { ...SWITCH_DEFAULTS[room] });
  return parsed.data;
}

function check(
  room: string,
  given: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      const names = Object.keys(defaults).join(', ');
      const message = `There is no switch ${room}.${name}. The switches of ${room}: ${names}.`;
      throw new CliError('switches_invalid', message);
    }
    const usual = defaults[name];
    // A default that says "none" does not tell what else may stand there.
    if (usual === null || usual === undefined || value === null) continue;
    if (kindOf(value) !== kindOf(usual)) {
      const message = `${room}.${name} must be ${kindOf(usual)} such as ${JSON.stringify(usual)}.`;
      throw new CliError('switches_invalid', message);
    }
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : KINDS[typeof value];
}

const KINDS = {
  number: 'a number',
  bigint: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'a group',
  undefined: 'nothing',
  symbol: 'nothing',
  function: 'nothing',
} as const;
