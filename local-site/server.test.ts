import { afterEach, describe, expect, it } from '@jest/globals';
import { bearerToken, readText, sendAnswer, startServer } from './server.ts';
import type { Handler, LocalServer } from './server.ts';

describe('an HTTP server of the local site', () => {
  const open: LocalServer[] = [];
  const start = async (handler: Handler, port = 0): Promise<LocalServer> => {
    const server = await startServer(handler, port);
    open.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });

  it('takes the next free port when its own is busy', async () => {
    const first = await start(() => undefined);
    const second = await start(() => undefined, first.port);
    expect(second.port).toBeGreaterThan(first.port);
  });

  it('writes JSON, or nothing', async () => {
    const { url } = await start((request, response) => {
      const body = request.url === '/json' ? { text: 'ä' } : undefined;
      sendAnswer(response, { status: body ? 200 : 204, ...(body ? { body } : {}) });
    });
    expect(await (await fetch(`${url}/json`)).json()).toEqual({ text: 'ä' });
    const empty = await fetch(url);
    expect([empty.status, await empty.text()]).toEqual([204, '']);
  });

  it('answers 413 above the limit and 500 with the reason when a handler fails', async () => {
    const { url } = await start(async (request, response) => {
      const text = await readText(request, 10);
      if (text === '') throw new Error('It broke.');
      sendAnswer(response, { status: 200, body: text });
    });
    const post = (body: string): Promise<Response> => fetch(url, { method: 'POST', body });
    expect(await (await post('1234567890')).json()).toBe('1234567890');
    expect((await post('12345678901')).status).toBe(413);
    const broken = await post('');
    expect(broken.status).toBe(500);
    expect(await broken.json()).toMatchObject({ message: 'It broke.' });
  });

  it('reads the token of a bearer header only', () => {
    expect(bearerToken('Bearer abc')).toBe('abc');
    expect(bearerToken('bearer abc')).toBe('abc');
    for (const header of [undefined, '', 'JWT abc', 'Bearer ', 'Bearer a b']) {
      expect(bearerToken(header)).toBeUndefined();
    }
  });
});
