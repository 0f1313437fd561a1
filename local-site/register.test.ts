import { describe, expect, it } from '@jest/globals';
import { createRegister, UnmodelledError } from './register.ts';
import { startLocalSite } from './start-local-site.ts';
import { createFakeClock } from './support/index.ts';

describe('the register of unmodelled calls', () => {
  it('answers 501, counts the same call and keeps the order of first sight', () => {
    const register = createRegister();
    expect(register.refuse('Jira', 'GET /b')).toMatchObject({
      status: 501,
      body: { code: 'NOT_MODELLED' },
    });
    register.refuse('Jira', 'GET /a');
    register.refuse('Jira', 'GET /b');
    expect(register.list()).toEqual([
      { room: 'Jira', what: 'GET /b', count: 2 },
      { room: 'Jira', what: 'GET /a', count: 1 },
    ]);
  });

  it('keeps the first example: when, from where, with which headers, and no secret of them', () => {
    const clock = createFakeClock(1_000);
    const register = createRegister({ clock });
    const headers = {
      accept: 'application/json',
      authorization: 'Bearer secret',
      cookie: 'secret',
      'forge-proxy-authorization': 'Bearer secret',
      'x-forge-oauth-system': 'secret',
      'x-own': 'secret',
      absent: undefined,
    };
    register.refuse('Forge runtime', 'Forge SQL', headers);
    clock.advance(500);
    register.refuse('Forge runtime', 'Forge SQL', { accept: 'later' });
    const [example] = register.examples();
    expect(example).toMatchObject({ count: 2, firstAt: 1_000 });
    expect(example?.stack[0]).toContain('register.test');
    expect(example?.headers).toEqual({
      accept: 'application/json',
      authorization: '(hidden)',
      cookie: '(hidden)',
      'forge-proxy-authorization': '(hidden)',
      'x-forge-oauth-system': '(hidden)',
      'x-own': '(hidden)',
    });
    expect(JSON.stringify(register.examples())).not.toContain('secret');
  });

  it('can be asserted to be empty, and names what is in it', () => {
    const register = createRegister();
    expect(() => register.assertEmpty()).not.toThrow();
    register.refuse('Jira', 'GET /rest/api/3/dashboard');
    expect(() => register.assertEmpty()).toThrow(UnmodelledError);
    expect(() => register.assertEmpty()).toThrow('Jira: GET /rest/api/3/dashboard (1)');
  });

  it('lets no site end quietly that was told to fail, and stops it all the same', async () => {
    const start = (failOnUnmodelled: boolean) =>
      startLocalSite({ ports: { site: 0, platform: 0, customUi: 0 }, failOnUnmodelled });
    const call = (url: string): Promise<Response> => fetch(`${url}/nothing/here`);
    const quiet = await start(false);
    expect((await call(quiet.urls.platform)).status).toBe(501);
    await quiet.close();
    const clean = await start(true);
    await clean.close();
    const strict = await start(true);
    await call(strict.urls.platform);
    expect(strict.unmodelled()).toMatchObject([
      { room: 'api.atlassian.com', what: 'GET /nothing/here', count: 1 },
    ]);
    await expect(strict.close()).rejects.toMatchObject({
      code: 'unmodelled_calls',
      message: expect.stringContaining('GET /nothing/here'),
    });
    await expect(call(strict.urls.platform)).rejects.toThrow('fetch failed');
  });
});
