import { flipsIn } from './flips-sent.ts';
import type { Installation } from './installation.ts';
import type { WireAnswer } from './memory-forge.ts';
import type { Process } from './scheduler.ts';
import type { World } from './world.ts';

const LATE_MS = [20, 100, 400, 3_000, 20_000, 120_000];
const BURST_MS = 1_500;

/** `fetch` of one process to one installation in Forge: every call is two points, its way there and its way back, and either may fail. */
export function networkOf(world: World, owner: Process, to: Installation): typeof fetch {
  const { scheduler, choices, plan } = world;
  const { faults } = plan;
  let throttledUntil = 0;

  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const operation = pathname.replace('/v1', '');
    const body = typeof init?.body === 'string' ? init.body : '';
    if (operation === '/transaction') for (const epoch of flipsIn(body)) world.flipsSent.add(epoch);
    await scheduler.point(owner, `${operation} →`);
    if (world.fault('lostRequest', faults.lostRequest)) throw new TypeError('request lost');
    if (world.fault('throttle', faults.throttle)) throttledUntil = scheduler.now + BURST_MS;
    if (world.isRough && scheduler.now < throttledUntil) {
      return answerOf({ status: 429, body: { code: 'TOO_MANY_REQUESTS', message: '' } });
    }
    const later = (label: string): void => {
      const ms = LATE_MS[choices.pick(LATE_MS.length)] ?? 0;
      scheduler.after(ms, `${operation} ${label}`, () => void world.arrive(to, operation, body));
    };
    if (world.fault('late', faults.late)) {
      later('late');
      throw new TypeError('timed out');
    }
    const isBroken = world.fault('serverError', faults.serverError);
    const answer =
      isBroken && choices.pick(2) === 1
        ? { status: 500, body: { code: 'INTERNAL_SERVER_ERROR', message: '' } }
        : await world.arrive(to, operation, body);
    if (world.fault('duplicate', faults.duplicate)) later('again');
    await scheduler.point(owner, `${operation} ←`);
    if (world.fault('lostAnswer', faults.lostAnswer)) throw new TypeError('answer lost');
    return answerOf(
      isBroken ? { status: 502, body: { code: 'BAD_GATEWAY', message: '' } } : answer,
    );
  };
}

/** The part of a `Response` that the carrier reads. A real one streams its body, on a clock of its own. */
function answerOf({ status, body }: WireAnswer): Response {
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer: Pick<Response, 'ok' | 'status' | 'text'> = {
    ...{ ok: status < 300, status },
    text: () => Promise.resolve(text),
  };
  return answer as Response;
}
