import { setTimeout as sleep } from 'node:timers/promises';
import {
  CALLER_HEADER,
  formatCaller,
  knownRecordsSchema,
  type FunctionCaller,
  type KnownRecords,
} from '../../checklist/index.ts';
import { log } from '../log.ts';
import { askApi } from './ask-remote.ts';
import { parseAnswer } from './parse-answer.ts';

/** Milliseconds that a page waits for a hint. */
const PATIENCE_MS = 1_500;
const NOTHING: KnownRecords = { listIds: [], templateIds: [] };

/**
 * Which records the server knows of, to be looked for beside those that a lagging query shows. Without an answer nothing is
 * known: then a list that somebody made in the last seconds may be missing, and nothing else. Never throws.
 */
export async function askKnown(caller: FunctionCaller): Promise<KnownRecords> {
  const headers = { [CALLER_HEADER]: formatCaller(caller) };
  const asked = askApi({ method: 'GET', path: '/forge/known', headers })
    .then((text) => parseAnswer(knownRecordsSchema, text))
    .catch(() => {
      log('known.not_asked');
      return NOTHING;
    });
  return Promise.race([asked, sleep(PATIENCE_MS, NOTHING, { ref: false })]);
}
