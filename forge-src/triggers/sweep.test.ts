import { describe, expect, it } from '@jest/globals';
import { readNudge } from '../consumers/nudge.ts';
import { openOutside, type Outside } from '../testing/forge-globals.ts';
import { sweep } from './sweep.ts';

const TICK = 'remote connect POST /forge/tick';
/** The SDK sends the braces literally; the platform fills them in. */
const PUSH =
  'stargate as app POST ' +
  encodeURI('/webhook/queue/publish/{contextAri}/{environmentId}/{appId}/{appVersion}');

/** What it asked the server and the queue; which version it speaks is said beside that, see say-version.test.ts. */
const asked = ({ seen }: Outside) => seen.filter(({ to }) => to !== 'kvs as app');

interface Pushed {
  queueName: string;
  payload: { body: unknown; delayInSeconds: number }[];
}

describe('the five-minute sweep', () => {
  it('ticks the server and leaves nothing in the queue', async () => {
    await using outside = await openOutside({ [TICK]: { status: 200, body: {} } });
    await sweep();
    expect(asked(outside)).toEqual([
      { to: 'remote connect', method: 'POST', path: '/forge/tick', body: '{"reason":"sweep"}' },
    ]);
  });

  it('leaves one nudge in the queue when the server is down', async () => {
    await using outside = await openOutside({ [PUSH]: { status: 201, body: {} } });
    await outside.loseRemote();
    await sweep();
    expect(asked(outside).map((call) => `${call.to} ${call.method} ${call.path}`)).toEqual([PUSH]);
    const pushed = JSON.parse(asked(outside)[0]!.body) as Pushed;
    expect(pushed.queueName).toBe('migration');
    expect(pushed.payload).toHaveLength(1);
    expect(pushed.payload[0]!.delayInSeconds).toBe(60);
    expect(readNudge(pushed.payload[0]!.body)).toEqual({ v: 1, kind: 'nudge' });
  });

  it.each([401, 403, 429, 500, 503])(
    'does not throw when the server answers %i',
    async (status) => {
      await using outside = await openOutside({
        [TICK]: { status, body: '' },
        [PUSH]: { status: 201, body: {} },
      });
      await sweep();
      expect(asked(outside)).toHaveLength(2);
    },
  );

  it('does not throw when the queue is down as well', async () => {
    await using outside = await openOutside({ [PUSH]: { status: 500, body: 'oops' } });
    await outside.loseRemote();
    await sweep();
    expect(asked(outside)).toHaveLength(1);
    expect(outside.logged).toEqual([
      { event: 'sweep.failed', code: 'unreachable' },
      { event: 'sweep.nudge_lost', error: expect.any(String) },
      { event: 'version.not_said', kind: 'unknown' },
    ]);
  });
});
