import { z } from 'zod';
import type { Border } from '../types.ts';
import { BORDERS, FAULT_KINDS, faultSchema, KINDS_AT } from './fault.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { FaultEntry } from './fault-log.ts';

/** Share of calls, 0 to 1, per kind. Their sum at one border may not pass 1: a call gets one fault at most. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** One line of a script: "at the third call of this border whose text matches, lose the answer". */
export interface ScriptLine {
  readonly border: Border;
  /** Counts only calls whose text matches; a text is the source of a regular expression. (Default: every call) */
  readonly matching?: RegExp | string | undefined;
  /** 1 is the next one that matches. (Default: 1) */
  readonly nth?: number | undefined;
  /** How many in a row get it. (Default: 1, without end when `forMs` is there) */
  readonly times?: number | undefined;
  /** For how long after the first one matching calls get it, milliseconds of the site's time. */
  readonly forMs?: number | undefined;
  /** A kind alone takes its numbers from the plan's ranges. */
  readonly fault: Fault | FaultKind;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** From where to where the numbers of a fault are drawn, in milliseconds. */
export interface FaultRanges {
  /** (Default: 1,000–30,000) */
  readonly lateApply: Range;
  /** Time between the first and the second one. 0: the caller waits for both. (Default: 0–2,000) */
  readonly duplicate: Range;
  /** Longest time that a call is held. (Default: 200–2,000) */
  readonly reorder: Range;
  /** (Default: 1,000–20,000) */
  readonly slow: Range;
  /** Real time. (Default: 0–50) */
  readonly crash: Range;
}

export const FAULT_RANGES: FaultRanges = {
  lateApply: { min: 1_000, max: 30_000 },
  duplicate: { min: 0, max: 2_000 },
  reorder: { min: 200, max: 2_000 },
  slow: { min: 1_000, max: 20_000 },
  crash: { min: 0, max: 50 },
};

/** Which faults happen. Everything is optional; an empty plan does nothing. */
export interface FaultPlan {
  /** (Default: 1) */
  readonly seed?: number | string | undefined;
  /** Per border; `all` counts for every border where the kind can happen, unless the border says otherwise. */
  readonly rates?: Readonly<Partial<Record<Border | 'all', FaultRates>>> | undefined;
  readonly script?: readonly ScriptLine[] | undefined;
  readonly ranges?: Partial<FaultRanges> | undefined;
  /** What a lost call looks like to an HTTP client: a dropped connection, or no answer until it gives up. (Default: `drop`) */
  readonly silence?: 'drop' | 'hang' | undefined;
  /** Does again what the log of another run says, and nothing else: rates and script must be absent. */
  readonly replay?: readonly FaultEntry[] | undefined;
}

/** A plan that cannot be carried out. `message` says what is wrong with which part. */
export class FaultPlanError extends Error {
  readonly code = 'invalid_fault_plan';

  constructor(message: string) {
    super(`The plan of faults cannot be used: ${message}`);
    this.name = 'FaultPlanError';
  }
}

const border = z.enum(BORDERS);
const kind = z.enum(FAULT_KINDS);
const count = z.number().int().min(1).max(1_000_000);
const range = z
  .strictObject({ min: z.number().min(0), max: z.number().max(86_400_000) })
  .refine(({ min, max }) => min <= max, 'min may not pass max');

const ratesSchema = z.partialRecord(kind, z.number().min(0).max(1));

export const scriptLineSchema = z.strictObject({
  border,
  matching: z.union([z.instanceof(RegExp), z.string().max(500).transform(regular)]).optional(),
  nth: count.optional(),
  times: count.optional(),
  forMs: z.number().min(1).max(86_400_000).optional(),
  fault: z.union([faultSchema, kind]),
});

export const faultEntrySchema = z.object({
  border,
  what: z.string(),
  ordinal: z.number(),
  nth: count,
  at: z.number(),
  fault: faultSchema,
});

const planSchema = z
  .strictObject({
    seed: z.union([z.number(), z.string()]).optional(),
    rates: z.partialRecord(z.enum([...BORDERS, 'all']), ratesSchema).optional(),
    script: z.array(scriptLineSchema).optional(),
    ranges: z
      .strictObject({
        lateApply: range,
        duplicate: range,
        reorder: range,
        slow: range,
        crash: range,
      })
      .partial()
      .optional(),
    silence: z.enum(['drop', 'hang']).optional(),
    replay: z.array(faultEntrySchema).optional(),
  })
  .refine(({ rates, script, replay }) => replay === undefined || (!rates && !script), {
    message: 'a replay takes neither rates nor a script',
  });

/**
 * The plan, checked.
 *
 * @throws FaultPlanError also for kinds that cannot happen at a border and for rates whose sum passes 1.
 */
export function parseFaultPlan(plan: unknown): FaultPlan {
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) throw new FaultPlanError(z.prettifyError(parsed.error));
  const { rates = {}, script = [] } = parsed.data;
  for (const each of BORDERS) ratesAt(rates, each);
  for (const line of script) checkLine(line);
  return parsed.data as FaultPlan;
}

/** @throws FaultPlanError */
export function parseScriptLine(line: unknown): ScriptLine {
  const parsed = scriptLineSchema.safeParse(line);
  if (!parsed.success) throw new FaultPlanError(z.prettifyError(parsed.error));
  checkLine(parsed.data);
  return parsed.data;
}

/** The rates that count at one border. @throws FaultPlanError */
export function ratesAt(rates: NonNullable<FaultPlan['rates']>, at: Border): FaultRates {
  const own = rates[at] ?? {};
  const possible = KINDS_AT[at];
  const wrong = Object.keys(own).find((each) => !possible.includes(each as FaultKind));
  if (wrong !== undefined) throw new FaultPlanError(`${wrong} cannot happen at ${at}.`);
  const general = Object.entries(rates.all ?? {}).filter(([each]) =>
    possible.includes(each as FaultKind),
  );
  const merged: FaultRates = { ...Object.fromEntries(general), ...own };
  const sum = Object.values(merged).reduce((total, rate) => total + rate, 0);
  if (sum > 1) throw new FaultPlanError(`the rates at ${at} add up to ${sum}.`);
  return merged;
}

function checkLine({ border: at, fault }: ScriptLine): void {
  const wanted = typeof fault === 'string' ? fault : fault.kind;
  if (!KINDS_AT[at].includes(wanted)) {
    throw new FaultPlanError(`${wanted} cannot happen at ${at}.`);
  }
}

function regular(source: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : 'not a regular expression');
    return z.NEVER;
  }
}
