import { describe, expect, it } from '@jest/globals';
import { exportSPKI, generateKeyPair } from 'jose';
import { createInstallKeys } from './install-keys.ts';

const SITE = 'https://acme.atlassian.net';
const FIRST = 'https://asap-distribution.us-west-2.prod.atl-asap.net';
const SECOND = 'https://connect-install-keys.atlassian.com';

/** Keys over servers that answer by host; records what was asked. */
async function setUp(answers: Readonly<Record<string, number | 'down' | 'hang'>>, only?: string) {
  const pem = await exportSPKI((await generateKeyPair('RS256', { extractable: true })).publicKey);
  const asked: string[] = [];
  const state = { now: 0 };
  const fake = (url: string, init: RequestInit): Promise<Response> => {
    asked.push(url);
    const answer = answers[new URL(url).origin];
    if (answer === 'hang') {
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('timed out')));
      });
    }
    if (typeof answer !== 'number') return Promise.reject(new TypeError('fetch failed'));
    return Promise.resolve(
      new Response(answer === 200 ? pem : pem.replace('A', 'B'), { status: answer }),
    );
  };
  const keys = createInstallKeys({
    only,
    now: () => state.now,
    timeLimit: 20,
    fetch: fake as typeof fetch,
  });
  return { keys, asked, state };
}

describe('the install keys (ACE defect 9)', () => {
  it('come from the first server, with the key id encoded', async () => {
    const { keys, asked } = await setUp({ [FIRST]: 200 });
    expect(await keys('a/../b?c', SITE)).toBeDefined();
    expect(asked).toEqual([`${FIRST}/a%2F..%2Fb%3Fc`]);
  });

  it.each([404, 500, 'down', 'hang'] as const)(
    'come from the second server, asked with the id, when the first is %s',
    async (first) => {
      const { keys, asked } = await setUp({ [FIRST]: first, [SECOND]: 200 });
      expect(await keys('kid', SITE)).toBeDefined();
      expect(asked).toEqual([`${FIRST}/kid`, `${SECOND}/kid`]);
    },
  );

  it('are unknown only when every server says so', async () => {
    const unknown = await setUp({ [FIRST]: 404, [SECOND]: 404 });
    expect(await unknown.keys('kid', SITE)).toBeUndefined();
    for (const outage of [{ [FIRST]: 500, [SECOND]: 404 }, { [FIRST]: 404 }] as const) {
      const { keys } = await setUp(outage);
      await expect(keys('kid', SITE)).rejects.toMatchObject({ code: 'keys_unavailable' });
    }
  });

  it('are remembered for an hour, and an unknown one is not', async () => {
    const { keys, asked, state } = await setUp({ [FIRST]: 200 });
    await keys('kid', SITE);
    await keys('kid', SITE);
    expect(asked).toHaveLength(1);
    state.now = 60 * 60 * 1000;
    await keys('kid', SITE);
    expect(asked).toHaveLength(2);
  });

  it('come from one place only when that is configured', async () => {
    const { keys, asked } = await setUp({}, 'http://localhost:9/keys');
    await expect(keys('kid', SITE)).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(asked).toEqual(['http://localhost:9/keys/kid']);
  });
});
