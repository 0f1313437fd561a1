import type { Activity } from '../support/index.ts';
import type { Border, Clock, FaultGate, FaultOrder } from '../types.ts';
import { drawFault, faultOf, randomOf } from './draw-fault.ts';
import { BORDERS } from './fault.ts';
import type { Fault } from './fault.ts';
import { FaultLog } from './fault-log.ts';
import type { CountedCall, FaultEntry } from './fault-log.ts';
import { FAULT_RANGES, parseFaultPlan, parseScriptLine, ratesAt } from './fault-plan.ts';
import type { FaultPlan, FaultRanges, FaultRates, ScriptLine } from './fault-plan.ts';
import { LostError } from './lost-error.ts';
import { Ordinals } from './ordinals.ts';
import { Replay } from './replay.ts';
import { ScriptRun } from './script-run.ts';
import type { LineState } from './script-run.ts';
import { WaitingLane } from './waiting-lane.ts';

export interface FaultsOptions {
  readonly clock: Clock;
  readonly plan?: FaultPlan;
  /** Told what is under way, so that a clock that is moved by hand can wait for it. */
  readonly activity?: Activity;
}

/** The faults of a running site: what every border passes through, and the handle to change and read them. */
export interface Faults extends FaultGate {
  /** The rates of a border from now on, those of `all` included. Replaces the border's former ones. */
  setRates(border: Border | 'all', rates: FaultRates): void;
  rates(): NonNullable<FaultPlan['rates']>;
  /** Adds a line to the script; it counts from now on. */
  add(line: ScriptLine): void;
  script(): readonly LineState[];
  /** Nothing goes wrong any more: no rates, no script, no replay. The log stays. */
  clear(): void;
  /** What was done, oldest first. */
  log(): readonly FaultEntry[];
  clearLog(): void;
  /**
   * Does again what a log says, and nothing else; calls are counted afresh. See {@link Replay} for what "the same call" is.
   */
  replay(log: readonly FaultEntry[]): void;
  /** What a replay has not met yet. */
  replayLeft(): readonly FaultEntry[];
  /** Calls so far, per border. */
  calls(): Readonly<Record<Border, number>>;
}

/** @throws FaultPlanError */
export function createFaults({ clock, activity, plan = {} }: FaultsOptions): Faults {
  const { seed = 1, silence = 'drop', ...first } = parseFaultPlan(plan);
  const ranges: FaultRanges = { ...FAULT_RANGES, ...first.ranges };
  const ordinals = new Ordinals();
  const script = new ScriptRun();
  const log = new FaultLog();
  const lanes = new Map<Border, WaitingLane>();
  let rates: NonNullable<FaultPlan['rates']> = {};
  let effective: Partial<Record<Border, FaultRates>> = {};
  let replay: Replay | undefined;

  const useRates = (next: NonNullable<FaultPlan['rates']>): void => {
    effective = Object.fromEntries(BORDERS.map((border) => [border, ratesAt(next, border)]));
    rates = next;
  };
  const choose = (call: CountedCall): Fault | undefined => {
    if (replay !== undefined) return replay.next(call);
    const scripted = script.next(call, clock.now());
    if (scripted !== undefined && typeof scripted !== 'string') return scripted;
    const here = effective[call.border];
    if (scripted === undefined && (here === undefined || Object.keys(here).length === 0)) {
      return undefined;
    }
    const random = randomOf(seed, call);
    if (scripted !== undefined) return faultOf(scripted, ranges, random);
    return here === undefined ? undefined : drawFault(here, ranges, random);
  };
  const laneOf = (border: Border): WaitingLane => {
    const lane = lanes.get(border) ?? new WaitingLane();
    lanes.set(border, lane);
    return lane;
  };
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve);
    });

  useRates(first.rates ?? {});
  for (const line of first.script ?? []) script.add(line);
  if (first.replay !== undefined) replay = new Replay(first.replay);

  return {
    async pass<T>(
      border: Border,
      what: string,
      perform: (order: FaultOrder) => Promise<T>,
      refuse: (status: number) => T,
    ): Promise<T> {
      const call = ordinals.count(border, what);
      const run = async (order: FaultOrder = {}): Promise<T> => {
        try {
          return activity === undefined
            ? await perform(order)
            : await activity.during(() => perform(order));
        } finally {
          lanes.get(border)?.passed(call.ordinal);
        }
      };
      const fault = choose(call);
      if (fault === undefined) return run();
      log.add({ ...call, at: clock.now(), fault });
      const lost = (): LostError => new LostError(what, silence);
      const later = (ms: number): void => {
        // Nobody waits for it, so nobody is told how it ends.
        clock.after(ms, () => void run().catch(() => undefined));
      };
      switch (fault.kind) {
        case 'lostRequest':
          throw lost();
        case 'lostAnswer':
          await run().catch(() => undefined);
          throw lost();
        case 'lateApply':
          later(fault.ms);
          throw lost();
        case 'duplicate': {
          const answer = await run();
          if (fault.ms > 0) later(fault.ms);
          else await run().catch(() => undefined);
          return answer;
        }
        case 'reorder':
          await laneOf(border).hold(clock, call.ordinal, fault.ms);
          return run();
        case 'throttle':
          return refuse(429);
        case 'serverError':
          return refuse(fault.status);
        case 'slow':
          await wait(fault.ms);
          return run();
        case 'crash':
          return run({ crashAfterMs: fault.ms });
        case 'expireToken':
          return run({ expireToken: true });
      }
    },
    setRates: (border, next) => {
      const { rates: checked = {} } = parseFaultPlan({ rates: { ...rates, [border]: next } });
      useRates(checked);
    },
    rates: () => rates,
    add: (line) => {
      script.add(parseScriptLine(line));
    },
    script: () => script.states(),
    clear: () => {
      useRates({});
      script.clear();
      replay = undefined;
    },
    log: () => log.entries(),
    clearLog: () => {
      log.clear();
    },
    replay: (entries) => {
      const { replay: checked = [] } = parseFaultPlan({ replay: entries });
      useRates({});
      script.clear();
      ordinals.reset();
      replay = new Replay(checked);
    },
    replayLeft: () => replay?.left() ?? [],
    calls: () =>
      Object.fromEntries(BORDERS.map((border) => [border, ordinals.of(border)])) as Record<
        Border,
        number
      >,
  };
}

/** A gate through which everything passes, for rooms that are used alone. */
export const NO_FAULTS: FaultGate = { pass: (_border, _what, perform) => perform({}) };
