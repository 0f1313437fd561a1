import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { Api } from './api.ts';
import { ContextToken, tokenEnd } from './context-token.ts';

const NOW = Date.UTC(2026, 0, 1);

/** A token as Jira gives it, as far as the page looks at it. */
function token(endsInSeconds: number, name: string): string {
  const claims = JSON.stringify({ exp: NOW / 1000 + endsInSeconds, sub: `Ümläut ${name}` });
  return `head.${Buffer.from(claims).toString('base64url')}.${name}`;
}

let server: Server;
let base: string;
let seen: string[];
let answers: { status: number; body: string }[];
let given: string[];

function api(tokens: string[]): Api {
  given = [];
  const page = {
    context: {
      getToken: (callback: (value: string) => void) => {
        const next = tokens.shift() ?? '';
        given.push(next);
        callback(next);
      },
    },
    resize: () => undefined,
  };
  return new Api(new ContextToken(page, () => NOW), base);
}

beforeEach(async () => {
  seen = [];
  answers = [];
  server = createServer((request, response) => {
    seen.push(
      `${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`,
    );
    const { status, body } = answers.shift() ?? { status: 200, body: '{"ok":true}' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const answer = z.object({ ok: z.boolean() });

describe('calls of the JSON API', () => {
  it('carry the context token, one for calls that meet, until shortly before it ends', async () => {
    const good = token(600, 'good');
    const calls = api([good]);
    await Promise.all([calls.call('GET', 'a', answer), calls.call('GET', 'b', answer)]);
    await calls.call('GET', 'c', answer);
    expect(given).toEqual([good]);
    expect(seen.at(-1)).toBe(`GET /api/c JWT ${good}`);
  });

  it('ask for a new token when the one at hand is about to end', async () => {
    const [old, fresh] = [token(20, 'old'), token(600, 'fresh')];
    const calls = api([old, fresh]);
    await calls.call('GET', 'a', answer);
    await calls.call('GET', 'b', answer);
    expect(seen.at(-1)).toContain(fresh);
  });

  it('are tried once more with a new token after a 401, and not twice', async () => {
    const refused = { status: 401, body: '{"error":{"code":"unauthenticated","message":"No."}}' };
    answers = [refused, refused];
    const calls = api([token(600, 'one'), token(600, 'two'), token(600, 'three')]);
    await expect(calls.call('GET', 'a', answer)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(given).toHaveLength(2);
  });

  it('reject with the code and the words of the answer, also when the answer is not ours', async () => {
    const error = { code: 'over_limit', message: 'Too many.', limit: 20, next: 'Delete one.' };
    answers = [
      { status: 422, body: JSON.stringify({ error }) },
      { status: 502, body: '<html>Bad gateway</html>' },
      { status: 200, body: '{"lists":[]}' },
    ];
    const calls = api([token(600, 'one')]);
    await expect(calls.call('POST', 'a', answer, {})).rejects.toMatchObject({
      code: 'over_limit',
      message: 'Too many.',
      next: 'Delete one.',
    });
    await expect(calls.call('GET', 'a', answer)).rejects.toMatchObject({ code: 'unreadable' });
    await expect(calls.call('GET', 'a', answer)).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('reject as unreachable when nobody answers', async () => {
    const calls = api([token(600, 'one')]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(calls.call('GET', 'a', answer)).rejects.toMatchObject({ code: 'unreachable' });
  });
});

it('reads the end of a token, and takes an unreadable one for ended', () => {
  expect(tokenEnd(token(600, 'x'))).toBe(NOW / 1000 + 600);
  expect(tokenEnd('')).toBe(0);
  expect(tokenEnd('a.b.c')).toBe(0);
});
