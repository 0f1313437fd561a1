import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '../../test/support/database.ts';
import type { TestDatabase } from '../../test/support/database.ts';
import { createBackground } from '../http/background.ts';
import { createLogger } from '../logging/create-logger.ts';
import { createSystemTokens } from './system-tokens.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const stored = async (id: string) => {
  const found = await database.pool.query<{ system_token: string; received_at: Date }>(
    'select system_token, received_at from forge_token where installation_id = $1',
    [id],
  );
  return found.rows[0];
};

describe('the keeper of system tokens', () => {
  it('writes a token that changes with every call once a second at most (ACE defect 5)', async () => {
    const background = createBackground(createLogger('silent'));
    const clock = { now: 1_000_000 };
    const tokens = createSystemTokens(database.pool, background, () => clock.now);
    const offer = (token: string) =>
      tokens.offer({ installationId: 'i', token, apiBaseUrl: 'http://api' });
    const settle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await background.idle();
    };
    offer('t1');
    await settle();
    for (let n = 2; n <= 50; n += 1) offer(`t${n}`);
    await settle();
    expect((await stored('i'))?.system_token).toBe('t1');
    await tokens.flush();
    expect(await stored('i')).toEqual({ system_token: 't50', received_at: new Date(1_000_000) });
  });

  it('never puts an older token over a newer one of another process', async () => {
    const background = createBackground(createLogger('silent'));
    const [early, late] = [1_000, 2_000].map((now) =>
      createSystemTokens(database.pool, background, () => now),
    );
    late?.offer({ installationId: 'j', token: 'new', apiBaseUrl: 'http://api' });
    await late?.flush();
    early?.offer({ installationId: 'j', token: 'old', apiBaseUrl: 'http://api' });
    await early?.flush();
    expect((await stored('j'))?.system_token).toBe('new');
  });
});
