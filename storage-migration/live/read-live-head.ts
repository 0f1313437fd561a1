import { COUNTER_ALARM, HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import { insist } from '../copy/insist.ts';
import type { SendContext } from '../copy/send-context.ts';
import { LayerError } from '../errors.ts';

/**
 * A bucket's head by a strict read, for the running app. Throws `head.missing`, `head.exhausted`, and
 * `layer.version_mismatch` for a head of another mapping or incarnation than this process has.
 */
export async function readLiveHead(context: SendContext, bucket: number): Promise<Head> {
  const { group, mapping, incarnation } = context.scope;
  const at = headKey(group, bucket);
  const found = await insist(context, 'read', 'live', 1, (carrier) =>
    carrier.get({ key: at, entity: HEAD_ENTITY }),
  );
  if (found === undefined) throw new LayerError('head.missing', `${at} does not exist`);
  const head = parseHead(found.value, at);
  if (head.mapv !== mapping || head.inc !== incarnation) {
    throw new LayerError(
      'layer.version_mismatch',
      `${at} has mapping ${head.mapv}, incarnation ${head.inc}; this process has ${mapping}, ${incarnation}`,
    );
  }
  if (head.seq >= COUNTER_ALARM) {
    throw new LayerError('head.exhausted', `a head has counted to ${head.seq}`);
  }
  return head;
}
