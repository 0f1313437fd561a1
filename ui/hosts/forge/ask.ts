import { invoke } from '@forge/bridge';
import type { z } from 'zod';
import { HostError, fromWire, unreadable, unreachable } from '../host-error.ts';

/**
 * Invokes a definition of the page's resolver. It answers the value, or the error body of the JSON API, which is thrown.
 * Rejects with `HostError`, and never resolves to nothing.
 */
export async function ask(
  name: string,
  payload?: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await invoke<unknown>(name, payload);
  } catch (cause) {
    throw unreachable(cause);
  }
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw fromWire(answer);
  if (answer === undefined || answer === null) {
    throw new HostError('unreadable', 'Tally gave no answer.', 'Reload the page.');
  }
  return answer;
}

/** The same, with the answer read by a schema. */
export async function askFor<T>(
  schema: z.ZodType<T>,
  name: string,
  payload?: Readonly<Record<string, unknown>>,
): Promise<T> {
  const result = schema.safeParse(await ask(name, payload));
  if (!result.success) throw unreadable(result.error);
  return result.data;
}
