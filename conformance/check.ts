import type { World } from './world.ts';
import { CheckError } from './check-error.ts';

/** One line of the report. */
export interface Check {
  /** For `--only`: lower-case words and dashes, unique. */
  readonly name: string;
  /** A sentence that is true when the check passes. */
  readonly title: string;
  /** Names of checks that have to have passed: what they left behind is used. */
  readonly needs?: readonly string[];
  /** @throws CheckError when the sentence is not true; anything else counts as a failure too. */
  run(world: World): Promise<void>;
}

/** @throws CheckError with `sentence` unless it holds */
export function expect(holds: boolean, sentence: string, output?: string): asserts holds {
  if (!holds) throw new CheckError(sentence, output);
}
