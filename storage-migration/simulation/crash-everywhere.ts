import { WrittenChoices } from './choices.ts';
import type { Plan } from './plan.ts';
import { runPlan, type RunResult } from './run-plan.ts';

export interface Crashed {
  readonly runs: number;
  /** Points of the run in which nobody died. */
  readonly points: number;
  readonly failures: readonly { readonly at: readonly number[]; readonly what: string }[];
}

/**
 * Runs the plan once for every point of it, and lets whoever stands there die; with `pairs`, once for every two points. Of the
 * first points only every `of`th is taken, from `share` on, so that several can do it together.
 */
export async function crashEverywhere(
  plan: Plan,
  options: { readonly pairs?: boolean; readonly share?: number; readonly of?: number } = {},
): Promise<Crashed> {
  const { pairs = false, share = 0, of = 1 } = options;
  const failures: { at: readonly number[]; what: string }[] = [];
  let runs = 0;
  const run = async (crashAt: readonly number[]): Promise<RunResult> => {
    const result = await runPlan({
      plan: { ...plan, crashAt },
      choices: WrittenChoices.listed([]),
    });
    runs += 1;
    if (result.violation !== undefined) {
      failures.push({ at: crashAt, what: result.violation.message });
    }
    return result;
  };
  const { roughPoints } = await run([]);
  for (let first = 1 + share; first <= roughPoints; first += of) {
    const { roughPoints: length } = await run([first]);
    if (!pairs) continue;
    for (let second = first + 1; second <= length; second += 1) {
      await run([first, second]);
    }
  }
  return { runs, points: roughPoints, failures };
}
