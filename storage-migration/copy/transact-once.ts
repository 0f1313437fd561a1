import type { Transaction } from '../forge/carrier.ts';
import { transactionBody } from '../forge/wire.ts';
import type { Priority } from './governor.ts';
import { refused, unauthorized } from './insist.ts';
import { unitsOf } from './packer.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/**
 * Sends one transaction under a head's condition, once. True: it was carried out. False: nothing is known of it, or somebody
 * else was faster; the caller reads again and decides anew. What the process remembers of the heads is the caller's to
 * forget. Throws `target.unauthorized` and `target.refused`.
 */
export async function transactOnce(
  context: SendContext,
  transaction: Transaction,
  priority: Priority,
): Promise<boolean> {
  return (await tryTransaction(context, transaction, priority)) === 'made';
}

/** `refuted`: Forge says that a condition did not hold. `unknown`: it may have been carried out, or may be later. */
export type Outcome = 'made' | 'refuted' | 'unknown';

/** As {@link transactOnce}, for whoever makes a difference between a refusal and no answer. */
export async function tryTransaction(
  context: SendContext,
  transaction: Transaction,
  priority: Priority,
): Promise<Outcome> {
  const units = unitsOf(Buffer.byteLength(transactionBody(transaction)), UNIT_BYTES);
  await context.units.take({ kind: 'write', units, priority });
  const reply = await context.carrier.transact(transaction);
  switch (reply.kind) {
    case 'ok':
      return 'made';
    case 'unauthorized':
      throw unauthorized(reply.status);
    case 'refused':
      throw refused(reply);
    case 'throttled':
      await context.units.throttled();
      return 'unknown';
    case 'conflict':
      return 'refuted';
    case 'unknown':
      return 'unknown';
  }
}
