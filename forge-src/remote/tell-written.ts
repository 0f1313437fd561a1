import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from '@forge/events';
import type { Written } from '../../checklist/index.ts';
import { MIGRATION_QUEUE, progressNudge } from '../consumers/nudge.ts';
import { FunctionError } from '../errors.ts';
import { log } from '../log.ts';
import { askRemote } from './ask-remote.ts';

/** Milliseconds that a user's change waits for the server to hear of it. */
const PATIENCE_MS = 2_000;

/**
 * Tells the server of a change that was made in Forge: it keeps the history and writes the issue's progress to Jira, for
 * which the app's functions have no scope. The change itself does not depend on it. What could not be told goes into the
 * queue as far as it may arrive twice, the progress; a line of history is then missing. Never throws.
 */
export async function tellWritten(written: Written): Promise<void> {
  try {
    const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() => {
      throw new Error('no answer in time');
    });
    const told = askRemote({ method: 'POST', path: '/forge/written', body: written });
    // Whichever ends second ends unheard.
    for (const each of [late, told]) each.catch(() => undefined);
    await Promise.race([told, late]);
  } catch (error) {
    log('written.not_told', { code: error instanceof FunctionError ? error.code : 'late' });
    await leaveProgress(written.issueIds);
  }
}

async function leaveProgress(issueIds: readonly string[]): Promise<void> {
  if (issueIds.length === 0) return;
  try {
    await new Queue({ key: MIGRATION_QUEUE }).push({
      body: progressNudge(issueIds),
      delayInSeconds: 60,
    });
  } catch (error) {
    log('written.progress_lost', { error: error instanceof Error ? error.name : 'unknown' });
  }
}
