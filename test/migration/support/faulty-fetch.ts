import type { Clock, ForgeStore } from '../../../local-site/types.ts';

/** Shares of calls that go wrong, each 0…1. They may be changed while the rig runs. */
export interface Faults {
  /** The request never arrives. */
  lostRequest: number;
  /** It is applied, but the answer is lost. */
  lostAnswer: number;
  /** 429, with one of the documented codes. */
  throttled: number;
  /** The caller gives up; the request is applied some seconds later. */
  late: number;
}

/** The store's wire as a `fetch`, with faults drawn from `random`. */
export function faultyFetch(
  store: ForgeStore,
  installationId: string,
  faults: Faults,
  random: () => number,
  clock: Clock,
): typeof fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const operation = pathname.replace('/v1', '');
    const body = typeof init?.body === 'string' ? init.body : '';
    const apply = () => store.handle(installationId, operation, body);
    if (random() < faults.lostRequest) throw new TypeError('request lost');
    if (random() < faults.throttled) {
      return Response.json({ code: 'TOO_MANY_REQUESTS', message: '' }, { status: 429 });
    }
    if (random() < faults.late) {
      clock.after(Math.ceil(random() * 5_000), () => void apply());
      throw new TypeError('timed out');
    }
    const answer = await apply();
    if (random() < faults.lostAnswer) throw new TypeError('answer lost');
    return new Response(answer.body === undefined ? null : JSON.stringify(answer.body), {
      status: answer.status,
    });
  };
}
