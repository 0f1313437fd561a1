import type { Consumer, ForgeApp } from '../app/index.ts';
import { byteSize } from './delivery.ts';
import type { PushedEvent } from './queue-event.ts';
import type { PlatformSwitches } from './switches.ts';

const MAX_EVENTS = 50;
const MAX_PUSH_BYTES = 200 * 1024;
/** One event, when its consumer may run longer than 55 s. */
const MAX_LONG_EVENT_BYTES = 100 * 1024;
const LONG_SECONDS = 55;

/** Why a whole push is refused, with the status that the SDK reads; or which of its events are, by index. */
export type PushVerdict =
  | { readonly status: number; readonly message: string }
  | { readonly failed: ReadonlyMap<number, string> };

/** The limits of a push that look at the push alone (`limits-async-events`). Rates and chains are counted elsewhere. */
export function judgePush(
  app: ForgeApp,
  consumer: Consumer,
  events: readonly PushedEvent[],
  switches: PlatformSwitches,
  random: () => number,
): PushVerdict {
  const { maxConcurrencyLimit, asyncBigEvent, asyncPartialFailure } = switches;
  if (events.length > MAX_EVENTS) {
    return { status: 413, message: `A push may have ${MAX_EVENTS} events at most.` };
  }
  if (byteSize(events) > MAX_PUSH_BYTES) {
    return { status: 413, message: 'The events of a push are limited to 200 KB.' };
  }
  const tooParallel = events.some(({ concurrency }) => {
    return concurrency !== undefined && concurrency.limit > (maxConcurrencyLimit ?? Infinity);
  });
  if (tooParallel) {
    return { status: 400, message: `concurrency.limit is ${maxConcurrencyLimit ?? ''} at most.` };
  }
  const failed = new Map<number, string>();
  for (const [index, event] of events.entries()) {
    if (isLong(app, consumer) && byteSize(event) > MAX_LONG_EVENT_BYTES) {
      const message = `One event is limited to 100 KB when its consumer may run longer than ${LONG_SECONDS} s.`;
      if (asyncBigEvent === 'push') return { status: 413, message };
      failed.set(index, message);
    } else if (asyncPartialFailure > 0 && random() < asyncPartialFailure) {
      failed.set(index, 'The event could not be queued.');
    }
  }
  return { failed };
}

function isLong(app: ForgeApp, consumer: Consumer): boolean {
  return (app.functions.get(consumer.target.key)?.timeoutSeconds ?? 0) > LONG_SECONDS;
}
