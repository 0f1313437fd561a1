import { FunctionError } from './invocation.ts';

/** 5 MB per invocation, in and out (`limits-invocation`). */
export const MAX_PAYLOAD_BYTES = 5 * 1024 * 1024;

/**
 * Checks what goes into an invocation. The result is checked where it is made, in the function's process, so that no giant
 * travels between the processes.
 *
 * @throws FunctionError `PAYLOAD_TOO_BIG`
 */
export function requirePayloadFits(event: unknown): void {
  // TypeScript's type of JSON.stringify leaves out that it gives undefined for undefined.
  const text = JSON.stringify(event) as string | undefined;
  if (Buffer.byteLength(text ?? '') <= MAX_PAYLOAD_BYTES) return;
  throw new FunctionError('PAYLOAD_TOO_BIG', 'The payload of an invocation is limited to 5 MB.');
}
