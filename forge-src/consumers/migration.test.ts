import { describe, expect, it } from '@jest/globals';
import { openOutside } from '../testing/forge-globals.ts';
import { migration } from './migration.ts';
import { nudge, progressNudge } from './nudge.ts';

const TICK = 'remote connect POST /forge/tick';

describe('the consumer of the queue "migration"', () => {
  it('ticks the server once for a nudge', async () => {
    await using outside = await openOutside({ [TICK]: { status: 204, body: '' } });
    await migration({ body: nudge() });
    expect(outside.seen).toEqual([
      { to: 'remote connect', method: 'POST', path: '/forge/tick', body: '{"reason":"nudge"}' },
    ]);
  });

  it('tells the server of an issue whose progress could not be told at once', async () => {
    const written = 'remote connect POST /forge/written';
    await using outside = await openOutside({ [written]: { status: 204, body: '' } });
    await migration({ body: progressNudge(['10100']) });
    expect(outside.seen.map(({ path, body }) => [path, body])).toEqual([
      ['/forge/written', '{"events":[],"issueIds":["10100"]}'],
    ]);
  });

  it.each([
    ['a later version', { v: 2, kind: 'nudge' }],
    ['an unknown kind', { v: 1, kind: 'erase' }],
    ['no version', { kind: 'nudge' }],
    ['no body', undefined],
  ])('does nothing for a payload of %s', async (_, body) => {
    await using outside = await openOutside({ [TICK]: { status: 204, body: '' } });
    await migration({ body });
    expect(outside.seen).toEqual([]);
    expect(outside.logged).toEqual([{ event: 'migration.unreadable_payload' }]);
  });

  it('does not throw when the server is down, because the next sweep asks again', async () => {
    await using outside = await openOutside({});
    await outside.loseRemote();
    await migration({ body: nudge() });
    expect(outside.seen).toEqual([]);
  });
});
