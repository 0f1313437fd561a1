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
  /** From the first transaction that makes this move on a head, nothing arrives any more: the process has died there. */
  stop?: 'flip' | 'release' | undefined;
  /** What every call comes to while it is set: nobody there, or this status. */
  outage?: 'unreachable' | number | undefined;
}

const MOVE = {
  flip: /"auth":"F".*"property":"auth","condition":"EQUAL_TO","values":\["P"\]/,
  release: /"auth":"P".*"property":"auth","condition":"EQUAL_TO","values":\["D"\]/,
};

/** The store's wire as a `fetch`, with faults drawn from `random`. */
export function faultyFetch(
  store: ForgeStore,
  installationId: string,
  faults: Faults,
  random: () => number,
  clock: Clock,
): typeof fetch {
  let isDead = false;
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const operation = pathname.replace('/v1', '');
    const body = typeof init?.body === 'string' ? init.body : '';
    isDead = faults.stop !== undefined && (isDead || MOVE[faults.stop].test(body));
    if (isDead) throw new TypeError('nobody is there');
    if (faults.outage === 'unreachable') throw new TypeError('nobody is there');
    if (faults.outage !== undefined) {
      const code = faults.outage === 429 ? 'RATE_LIMIT_EXCEEDED' : 'OUTAGE';
      return Response.json({ code, message: '' }, { status: faults.outage });
    }
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
