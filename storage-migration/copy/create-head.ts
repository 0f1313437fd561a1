import { formatHead, HEAD_ENTITY, headKey, newHead, parseHead, type Head } from '../bucket/head.ts';
import { END } from '../bucket/position.ts';
import { LayerError } from '../errors.ts';
import { insist } from './insist.ts';
import type { SendContext } from './send-context.ts';

/**
 * Makes a bucket's head at the gate's epoch unless it exists, and returns what is there. A bucket that has no record yet begins
 * with its backfill done. Throws `enrol.foreign_head` when the head that exists is not the one that an earlier, killed
 * enrolment of this very scope would have made.
 */
export async function createHead(
  context: SendContext,
  bucket: number,
  { epoch, isOccupied }: { readonly epoch: number; readonly isOccupied: boolean },
): Promise<Head> {
  const { group, incarnation: inc, mapping: mapv } = context.scope;
  const key = headKey(group, bucket);
  const item = { key, entity: HEAD_ENTITY };
  const fresh = newHead({ epoch, inc, mapv });
  const head = isOccupied ? fresh : { ...fresh, bf: END };
  const { created } = await insist(context, 'write', 'repair', 1, (carrier) =>
    carrier.create(item, formatHead(head)),
  );
  if (created) return head;
  const stored = await insist(context, 'read', 'repair', 1, (carrier) => carrier.get(item));
  const found = parseHead(stored?.value, key);
  const isOurs =
    found.inc === inc && found.mapv === mapv && found.seq === 0 && found.epoch === epoch;
  if (isOurs) return found;
  throw new LayerError(
    'enrol.foreign_head',
    `${key} exists at epoch ${found.epoch}, seq ${found.seq}`,
  );
}
