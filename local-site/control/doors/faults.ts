import { z } from 'zod';
import { BORDERS, FAULT_KINDS } from '../../faults/index.ts';
import type { FaultEntry, Faults, ScriptLine } from '../../faults/index.ts';
import type { ControlWorld } from '../control-parts.ts';

const Border = z.enum(BORDERS);
const Kind = z.enum(FAULT_KINDS);

const Change = z.union([
  z.strictObject({ action: z.literal('clear') }),
  z.strictObject({ action: z.literal('clearLog') }),
  /** Without a log: the present one. */
  z.strictObject({ action: z.literal('replay'), log: z.array(z.unknown()).optional() }),
  z.strictObject({
    action: z.literal('rate'),
    border: z.enum([...BORDERS, 'all']),
    kind: Kind,
    percent: z.coerce.number().min(0).max(100),
  }),
  z.strictObject({
    action: z.literal('script'),
    border: Border,
    kind: Kind,
    matching: z.string().optional(),
    nth: z.coerce.number().optional(),
    times: z.coerce.number().optional(),
    /** Seconds of the site's time. */
    seconds: z.coerce.number().optional(),
    /** Milliseconds, for kinds that take some. */
    ms: z.coerce.number().optional(),
    status: z.coerce.number().optional(),
  }),
  /** A line as the options of the local site take it. */
  z.strictObject({ action: z.literal('add'), line: z.unknown() }),
]);

/** Changes what goes wrong. Says what it did. Throws FaultPlanError and ZodError. */
export function changeFaults({ faults }: ControlWorld, body: unknown): string {
  const change = Change.parse(body);
  switch (change.action) {
    case 'clear':
      faults.clear();
      return 'Nothing goes wrong on purpose any more.';
    case 'clearLog':
      faults.clearLog();
      return 'The log is empty.';
    case 'replay':
      faults.replay((change.log as readonly FaultEntry[] | undefined) ?? faults.log());
      return 'From now on the faults of the log happen again, and no others.';
    case 'rate':
      return setRate(faults, change.border, change.kind, change.percent / 100);
    case 'script':
      faults.add(lineOf(change));
      return 'Added to the script.';
    case 'add':
      faults.add(change.line as ScriptLine);
      return 'Added to the script.';
  }
}

function setRate(
  faults: Faults,
  border: z.infer<typeof Border> | 'all',
  kind: z.infer<typeof Kind>,
  rate: number,
): string {
  const others = Object.entries(faults.rates()[border] ?? {}).filter(([name]) => name !== kind);
  faults.setRates(border, {
    ...Object.fromEntries(others),
    ...(rate === 0 ? {} : { [kind]: rate }),
  });
  return rate === 0 ? `No more ${kind} at ${border}.` : `${kind} at ${border}: ${rate * 100} %.`;
}

function lineOf(
  change: Extract<z.infer<typeof Change>, { readonly action: 'script' }>,
): ScriptLine {
  const { border, kind, matching, nth, times, seconds, ms, status } = change;
  const numbers = {
    ...(ms === undefined ? {} : { ms }),
    ...(status === undefined ? {} : { status }),
  };
  return {
    border,
    // A kind alone draws its numbers; with numbers it is a fault of its own, which the plan checks.
    fault: Object.keys(numbers).length === 0 ? kind : ({ kind, ...numbers } as ScriptLine['fault']),
    ...(matching === undefined ? {} : { matching }),
    ...(nth === undefined ? {} : { nth }),
    ...(times === undefined ? {} : { times }),
    ...(seconds === undefined ? {} : { forMs: seconds * 1000 }),
  };
}
