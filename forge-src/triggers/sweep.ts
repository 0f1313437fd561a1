import { Queue } from '@forge/events';
import { MIGRATION_QUEUE, nudge } from '../consumers/nudge.ts';
import { FunctionError } from '../errors.ts';
import { log } from '../log.ts';
import { askRemote } from '../remote/ask-remote.ts';
import { sayVersion } from '../store/say-version.ts';

/** How long after a missed sweep the queue tries once more, in seconds. Well under the five minutes to the next sweep. */
const SECOND_TRY_SECONDS = 60;

/**
 * Every five minutes: tells the server that this installation is alive, so that it links it, keeps a young system token and
 * continues the copy. The hourly trigger goes to the same route without this function; that one guarantees two hours of
 * token life, this one only shortens waits. Then it says which version of the layer it speaks.
 *
 * Never throws: a schedule that runs a function is not retried by the platform. A failed sweep leaves one nudge in the queue.
 */
export async function sweep(): Promise<void> {
  try {
    await askRemote({ method: 'POST', path: '/forge/tick', body: { reason: 'sweep' } });
  } catch (error) {
    log('sweep.failed', { code: error instanceof FunctionError ? error.code : 'unknown' });
    await leaveNudge();
  }
  await sayVersion();
}

async function leaveNudge(): Promise<void> {
  try {
    await new Queue({ key: MIGRATION_QUEUE }).push({
      body: nudge(),
      delayInSeconds: SECOND_TRY_SECONDS,
    });
  } catch (error) {
    log('sweep.nudge_lost', { error: error instanceof Error ? error.name : 'unknown' });
  }
}
