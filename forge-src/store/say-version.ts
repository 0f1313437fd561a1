import { isDeepStrictEqual } from 'node:util';
import * as sdk from '@forge/kvs';
import { SdkCarrier, type ForgeCarrier } from 'crossgrade/forge';
import { appItem } from 'crossgrade/live';
import { RECORD_GROUP, RECORD_MAPPING } from '../../checklist/records/index.ts';
import { log } from '../log.ts';

/** Milliseconds of one call: nobody waits for it, but a function's time is paid for. */
const CALL_MS = 4_000;

/**
 * Writes down which layer and mapping these functions speak, where a cut-over looks before it begins. One read; one write
 * when a deploy has changed it. Never throws: what could not be said is said by the next sweep.
 */
export async function sayVersion(
  carrier: ForgeCarrier = new SdkCarrier(sdk, { timeoutMs: CALL_MS }),
): Promise<void> {
  const wanted = appItem(RECORD_GROUP, RECORD_MAPPING);
  const found = await carrier.get({ key: wanted.key, entity: wanted.entity });
  if (found.kind !== 'ok') {
    log('version.not_said', { kind: found.kind });
    return;
  }
  const value: unknown = JSON.parse(wanted.json);
  if (isDeepStrictEqual(found.value?.value, value)) return;
  // Blind, and so of two versions at once the later one stays: a sweep of the living one comes after both.
  const written = await carrier.transact({ set: [wanted], delete: [] });
  if (written.kind === 'ok') log('version.said');
  else log('version.not_said', { kind: written.kind });
}

const said = new Set<string>();

/**
 * The same for a page's call, once per process and installation: after a deploy the first page says it, not only the next
 * sweep. The page does not wait for it.
 */
export function sayVersionOnce(installation: string): void {
  if (said.has(installation)) return;
  said.add(installation);
  void sayVersion();
}
