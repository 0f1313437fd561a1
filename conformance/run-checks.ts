import type { Check } from './check.ts';
import type { World } from './world.ts';
import { CheckError } from './check-error.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the checks one after the other, in their order, and prints a line for each. */
export async function runChecks(
  checks: readonly Check[],
  world: World,
  print: (line: string) => void,
): Promise<Outcome> {
  const passed = new Set<string>();
  let failed = 0;
  for (const check of checks) {
    const started = Date.now();
    const missing = (check.needs ?? []).find((name) => !passed.has(name));
    try {
      if (missing !== undefined)
        throw new CheckError(`Not run: it needs ${missing}, which failed.`);
      await check.run(world);
      passed.add(check.name);
      print(`✓ ${check.name.padEnd(24)} ${check.title} ${seconds(started)}`);
    } catch (error) {
      failed += 1;
      print(`✗ ${check.name.padEnd(24)} ${check.title} ${seconds(started)}`);
      for (const line of explain(error)) print(`    ${line}`);
    }
  }
  return { passed: passed.size, failed };
}

/** `wanted` and all that they need, in the order of the list; everything without `wanted`. */
export function selectChecks(checks: readonly Check[], wanted: readonly string[]): Check[] {
  if (wanted.length === 0) return [...checks];
  const names = new Set<string>();
  const add = (name: string): void => {
    const check = checks.find((each) => each.name === name);
    if (check === undefined) {
      const known = checks.map((each) => each.name).join(', ');
      throw new CheckError(`There is no check '${name}'. There are: ${known}.`);
    }
    names.add(name);
    for (const needed of check.needs ?? []) add(needed);
  };
  for (const name of wanted) add(name);
  return checks.filter(({ name }) => names.has(name));
}

function seconds(started: number): string {
  return `(${((Date.now() - started) / 1000).toFixed(1)} s)`;
}

const LAST_LINES = 60;

function explain(error: unknown): string[] {
  const message = error instanceof Error ? error.message : String(error);
  const output = error instanceof CheckError ? error.output : (error as Error).stack;
  return [...message.split('\n'), ...(output ?? '').trimEnd().split('\n').slice(-LAST_LINES)];
}
