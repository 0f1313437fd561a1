import type { Priority } from './governor.ts';
import type { HeadBook } from './head-book.ts';
import type { TargetReach } from './reach.ts';

/** Everything a sender needs. One per tenant and process. */
export interface SendContext extends TargetReach {
  readonly heads: HeadBook;
}

/** Bytes one unit of quota pays for. Whether it is 10,000 or 10,240 is not documented: the stricter reading. */
export const UNIT_BYTES = 10_000;

/**
 * The same sender while users wait for the end of what it does: whatever it asks for comes before everybody else's. For
 * seconds, not for minutes: meanwhile nobody else of the installation gets a unit.
 */
export function urgent(context: SendContext): SendContext {
  return withPriority(context, 'handover');
}

/** The same sender for what can wait: people, pushes and whatever comes back from Forge go before it. */
export function unhurried(context: SendContext): SendContext {
  return withPriority(context, 'scrub');
}

function withPriority(context: SendContext, priority: Priority): SendContext {
  const { units } = context;
  return {
    ...context,
    units: {
      take: (request) => units.take({ ...request, priority }),
      throttled: () => units.throttled(),
      left: (kind) => units.left(kind),
    },
  };
}
