import { FunctionError } from '../errors.ts';
import { log } from '../log.ts';
import { askRemote } from '../remote/ask-remote.ts';
import { readNudge } from './nudge.ts';

/** The part of a queue event that is read here; the rest is the platform's. */
export interface QueueEvent {
  readonly body?: unknown;
}

/**
 * Consumes the queue `migration`: one nudge, one question to the server. May run twice for one event, and the server's
 * route is idempotent, so nothing is remembered.
 *
 * Never throws. A payload that can't be read won't be readable on a retry, and a server that is down is asked again by the
 * next sweep.
 */
export async function migration(event: QueueEvent): Promise<void> {
  if (!readNudge(event.body)) {
    log('migration.unreadable_payload');
    return;
  }
  try {
    await askRemote({ method: 'POST', path: '/forge/tick', body: { reason: 'nudge' } });
  } catch (error) {
    log('migration.nudge_failed', {
      code: error instanceof FunctionError ? error.code : 'unknown',
    });
  }
}
