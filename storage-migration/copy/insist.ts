import { LayerError } from '../errors.ts';
import type { ForgeCarrier, Reply } from '../forge/carrier.ts';
import type { Priority } from './governor.ts';
import { backOff, type Reach } from './reach.ts';

/** Attempts before an unreachable store is reported instead of waited for. */
const ATTEMPTS = 8;

/**
 * Repeats a call **that may safely be repeated** (a read, or a creation that fails when the item exists) until it is
 * answered. Throws `target.unauthorized`, `target.refused`, or `target.unreachable` after the last attempt; never returns a
 * made-up answer.
 */
export async function insist<T>(
  context: Reach,
  kind: 'read' | 'write',
  priority: Priority,
  units: number,
  call: (carrier: ForgeCarrier) => Promise<Reply<T>>,
): Promise<T> {
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await context.units.take({ kind, units, priority });
    const reply = await call(context.carrier);
    switch (reply.kind) {
      case 'ok':
        return reply.value;
      case 'throttled':
        context.account.throttles += 1;
        await context.units.throttled();
        // Being told to wait is an answer: it does not use up an attempt.
        attempt -= 1;
        await backOff(context, 0);
        break;
      case 'unauthorized':
        throw unauthorized(reply.status);
      case 'refused':
        throw refused(reply);
      case 'conflict':
      case 'unknown':
        last = reply.kind === 'unknown' ? reply.cause : undefined;
        await backOff(context, attempt);
    }
  }
  throw unreachable(last);
}

export function unauthorized(status: number): LayerError {
  return new LayerError(
    'target.unauthorized',
    `Forge storage answered ${status} to the system token`,
  );
}

export function refused(reply: { status: number; code: string; message: string }): LayerError {
  const { status, code, message } = reply;
  return new LayerError('target.refused', `Forge storage answered ${status} ${code}: ${message}`);
}

export function unreachable(cause: unknown): LayerError {
  return new LayerError('target.unreachable', 'Forge storage gave no usable answer', { cause });
}
