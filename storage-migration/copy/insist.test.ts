import { describe, expect, it } from '@jest/globals';
import { newHead } from '../bucket/head.ts';
import { COUNTER_ALARM } from '../bucket/head.ts';
import type { ForgeCarrier, Reply } from '../forge/carrier.ts';
import { checkFence } from './fence.ts';
import { HeadBook } from './head-book.ts';
import { insist } from './insist.ts';
import { type SendContext } from './send-context.ts';
import { newCopyAccount } from './reach.ts';
import { memoryGovernorStore, UnitAccount } from './unit-account.ts';

const SCOPE = { group: 'g', buckets: 1, tenantKey: Buffer.alloc(32), incarnation: 1, mapping: 1 };

/** A context over answers that come one after the other; the last one for ever. */
function answering(...replies: readonly Reply<string>[]): {
  context: SendContext;
  calls: () => number;
} {
  let calls = 0;
  let now = 0;
  const timing = { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) };
  const carrier = {
    get: () => Promise.resolve(replies[Math.min((calls += 1), replies.length) - 1]),
  } as unknown as ForgeCarrier;
  const context: SendContext = {
    ...{ scope: SCOPE, carrier, timing, heads: new HeadBook(), random: () => 0.5 },
    ...{ account: newCopyAccount(), units: new UnitAccount(memoryGovernorStore(), timing) },
  };
  return { context, calls: () => calls };
}

const ask = (context: SendContext): Promise<string> =>
  insist(
    context,
    'read',
    'live',
    1,
    (carrier) => carrier.get({ key: 'k', entity: undefined }) as never,
  );

const BUSY: Reply<string> = { kind: 'throttled', code: 'TOO_MANY_REQUESTS' };
const OK: Reply<string> = { kind: 'ok', value: 'here' };

describe('a call that is insisted on', () => {
  it('is not repeated once Forge refuses for good, as it does for ever after an uninstall', async () => {
    const { context, calls } = answering({
      ...{ kind: 'refused', status: 404, code: 'INSTALLATION_NOT_FOUND', message: '' },
    });
    await expect(ask(context)).rejects.toMatchObject({ code: 'target.refused' });
    expect(calls()).toBe(1);
  });

  it('is not repeated without a token either', async () => {
    const { context, calls } = answering({ kind: 'unauthorized', status: 401 });
    await expect(ask(context)).rejects.toMatchObject({ code: 'target.unauthorized' });
    expect(calls()).toBe(1);
  });

  it('takes a 429 for no answer, however often, and counts it', async () => {
    const storm = Array.from({ length: 30 }, () => BUSY);
    const { context, calls } = answering(...storm, OK);
    expect(await ask(context)).toBe('here');
    expect(calls()).toBe(31);
    expect(context.account.throttles).toBe(30);
  });

  it('is repeated while nothing is known, and never answered with a guess', async () => {
    const lost: Reply<string> = { kind: 'unknown', cause: new Error('timed out') };
    expect(await ask(answering(lost, lost, OK).context)).toBe('here');
    await expect(ask(answering(lost).context)).rejects.toMatchObject({
      code: 'target.unreachable',
    });
  });
});

describe('a counter of a head', () => {
  it('that nears the 32 bits of Forge stops the sending, long before it overflows', () => {
    const head = newHead({ epoch: 1, inc: 1, mapv: 1 });
    expect(() => checkFence(SCOPE, { ...head, seq: COUNTER_ALARM - 1 }, 1)).not.toThrow();
    expect(() => checkFence(SCOPE, { ...head, seq: COUNTER_ALARM }, 1)).toThrow(
      expect.objectContaining({ code: 'head.exhausted' }),
    );
  });
});
