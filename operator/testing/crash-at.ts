/** The process has died at this call. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface CrashPlan {
  /** Which call of the ports, from 1, does not come back. */
  readonly at: number;
  /** Whether it had its effect. */
  readonly isLate: boolean;
}

/** Counts the calls of some ports and lets one of them, and all after it, never come back. */
export class Crashes {
  readonly #plan: CrashPlan;
  calls = 0;

  constructor(plan: CrashPlan) {
    this.#plan = plan;
  }

  /** The same port, for a process that dies. */
  port<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          this.calls += 1;
          const { at, isLate } = this.#plan;
          if (this.calls > at || (this.calls === at && !isLate)) throw new Crash(String(name));
          const result: unknown = await Reflect.apply(value, target, args);
          if (this.calls >= at) throw new Crash(String(name));
          return result;
        };
      },
    });
  }
}

/**
 * Which of many calls are worth dying at, when most of them are the same step for one bucket after the other: all of the
 * first and of the last, and some between. From `total`, the calls of a run that nothing disturbs.
 */
export function crashPoints(total: number, ends = 9, between = 5): readonly number[] {
  const points = new Set<number>();
  for (let i = 1; i <= ends; i += 1) points.add(i).add(total + 1 - i);
  for (let i = 1; i <= between; i += 1) points.add(Math.round((total * i) / (between + 1)));
  return [...points].filter((point) => point >= 1 && point <= total).sort((a, b) => a - b);
}
