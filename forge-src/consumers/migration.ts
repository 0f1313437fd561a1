import { FunctionError } from '../errors.ts';
import { log } from '../log.ts';
import { askRemote } from '../remote/ask-remote.ts';
import { readNudge } from './nudge.ts';

/** The part of a queue event that is read here; the rest is the platform's. */
export interface QueueEvent {
  readonly body?: unknown;
}

/**
 * Consumes the queue `migration`: one payload, one call to the server. May run twice for one event, and the server's
 * route is idempotent, so nothing is remembered.
 *
 * Never throws. A payload that can't be read won't be readable on a retry; a server that is down is asked again by the next
 * sweep, and an issue's progress is told again with its next change.
 */
export async function migration(event: QueueEvent): Promise<void> {
  const nudge = readNudge(event.body);
  if (!nudge) {
    log('migration.unreadable_payload');
    return;
  }
  try {
    await askRemote(
      nudge.kind === 'nudge'
        ? { method: 'POST', path: '/forge/tick', body: { reason: 'nudge' } }
        : {
            method: 'POST',
            path: '/forge/written',
            body: { events: [], issueIds: nudge.issueIds },
          },
    );
  } catch (error) {
    log('migration.nudge_failed', {
      code: error instanceof FunctionError ? error.code : 'unknown',
    });
  }
}
