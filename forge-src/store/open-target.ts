import * as sdk from '@forge/kvs';
import { LayerError } from 'crossgrade';
import {
  HeadBook,
  memoryGovernorStore,
  newCopyAccount,
  SYSTEM_TIMING,
  UnitAccount,
  type SendContext,
} from 'crossgrade/copy';
import { SdkCarrier } from 'crossgrade/forge';
import { readTarget, type ListContext } from 'crossgrade/live';
import { RECORD_GROUP, RECORD_MAPPING } from '../../checklist/records/index.ts';

/** Milliseconds of one call to the store, and of all attempts together: a person waits, and a function ends after 25 s. */
const CALL_MS = 4_000;
const PATIENCE_MS = 8_000;

/**
 * This installation's records, for one invocation. Undefined: the server has not begun to copy here. Throws
 * `target.unreachable`, and `layer.version_mismatch`; nothing is remembered from one invocation to the next.
 */
export async function openTarget(): Promise<ListContext | undefined> {
  const timing = impatient(Date.now() + PATIENCE_MS);
  const reach = {
    carrier: new SdkCarrier(sdk, { timeoutMs: CALL_MS }),
    units: new UnitAccount(memoryGovernorStore(), timing),
    timing,
    random: Math.random,
    account: newCopyAccount(),
  };
  const scope = await readTarget(reach, RECORD_GROUP);
  if (scope === undefined) return undefined;
  // The mapping this code was written for: a head of another one is then refused.
  return { ...reach, scope: { ...scope, mapping: RECORD_MAPPING }, heads: new HeadBook() };
}

function impatient(end: number): SendContext['timing'] {
  return {
    now: () => SYSTEM_TIMING.now(),
    sleep: async (milliseconds) => {
      if (Date.now() + milliseconds > end) {
        throw new LayerError('target.unreachable', 'Forge storage gave no answer in time');
      }
      await SYSTEM_TIMING.sleep(milliseconds);
    },
  };
}
