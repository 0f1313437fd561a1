import { unreachable } from '../copy/insist.ts';
import type { SendContext } from '../copy/send-context.ts';

/**
 * The same sender, whose waiting for Forge (an outage, a storm of 429s) ends at `end` with `target.unreachable`: somebody waits for
 * what it does, and then gives up.
 */
export function noLongerThan(send: SendContext, end: number): SendContext {
  const { timing } = send;
  const sleep = async (ms: number): Promise<void> => {
    if (timing.now() + ms > end) throw unreachable(new Error('not within the time there was'));
    await timing.sleep(ms);
  };
  return { ...send, timing: { now: () => timing.now(), sleep } };
}
