import type { z } from 'zod';
import { FunctionError } from '../errors.ts';

/**
 * The server's JSON as the agreed type. Anything else is an error: a missing number is never taken for zero.
 *
 * @throws FunctionError `unreadable`
 */
export function parseAnswer<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FunctionError(
      'unreadable',
      "Tally's server gave an answer that this page does not understand.",
      'One of the two is being updated. Try again in a few minutes.',
      cause,
    );
  }
}
