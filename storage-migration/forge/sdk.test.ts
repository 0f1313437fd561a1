import { beforeEach, describe, expect, it } from '@jest/globals';
import { storeUnderTest, type StoreUnderTest } from '../../local-site/storage/testing/sdk.ts';
import { RestCarrier, SdkCarrier, type QueryCarrier } from './index.ts';

/** Both carriers say the same about the same store, so whatever stands on one may stand on the other. */
let under: StoreUnderTest;
let answerInstead: Response | Error | undefined;

const ENTITIES = [
  {
    name: 'thing',
    attributes: { seq: 'integer', place: 'string', rank: 'string' },
    indexes: [{ name: 'by-place', partition: ['place'], range: ['rank'] }],
  },
] as never;

beforeEach(async () => {
  under = await storeUnderTest({ entities: ENTITIES });
  answerInstead = undefined;
  const real = (globalThis as unknown as { __forge_fetch__: unknown }).__forge_fetch__ as (
    ...args: unknown[]
  ) => Promise<Response>;
  Object.assign(globalThis, {
    __forge_fetch__: (...args: unknown[]) => {
      if (answerInstead instanceof Error) return Promise.reject(answerInstead);
      return answerInstead === undefined ? real(...args) : Promise.resolve(answerInstead.clone());
    },
  });
});

const carriers: Record<string, () => QueryCarrier> = {
  sdk: () => new SdkCarrier(under.sdk, { timeoutMs: 200 }),
  rest: () =>
    new RestCarrier({
      baseUrl: 'http://forge.invalid',
      token: () => Promise.resolve('t'),
      timeoutMs: 200,
      fetch: async (input, init) => {
        if (answerInstead instanceof Error) throw answerInstead;
        if (answerInstead !== undefined) return answerInstead.clone();
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        const body = typeof init?.body === 'string' ? init.body : '';
        const answer = await under.store.handle(
          under.installationId,
          pathname.replace('/v1', ''),
          body,
        );
        const text = answer.body === undefined ? null : JSON.stringify(answer.body);
        return new Response(text, { status: answer.status });
      },
    }),
};

describe.each(Object.keys(carriers))('the %s carrier', (name) => {
  const carrier = (): QueryCarrier => carriers[name]!();
  const thing = (key: string) => ({ key, entity: 'thing' });
  const put = (key: string, seq: number, rank = 'a') =>
    carrier().transact({
      set: [{ ...thing(key), json: JSON.stringify({ seq, place: 'here', rank }) }],
      delete: [],
    });

  it('creates an item once, reads it, and says that a missing one is missing', async () => {
    const item = { key: 'x', entity: undefined };
    expect(await carrier().get(item)).toEqual({ kind: 'ok', value: undefined });
    expect(await carrier().create(item, { a: 1 })).toEqual({
      kind: 'ok',
      value: { created: true },
    });
    expect(await carrier().create(item, { a: 2 })).toEqual({
      kind: 'ok',
      value: { created: false },
    });
    expect(await carrier().get(item)).toMatchObject({ kind: 'ok', value: { value: { a: 1 } } });
    expect(await carrier().create(thing('x'), { seq: 1, place: 'p', rank: 'a' })).toMatchObject({
      value: { created: true },
    });
    expect(await carrier().get(thing('x'))).toMatchObject({ value: { value: { seq: 1 } } });
  });

  it('writes and deletes together under a condition, and calls a false one a conflict', async () => {
    await put('head', 1);
    await carrier().create({ key: 'old', entity: undefined }, {});
    const change = (seq: number) => ({
      set: [
        {
          ...thing('head'),
          json: JSON.stringify({ seq: seq + 1, place: 'here', rank: 'a' }),
          conditions: [
            { attribute: 'seq', value: seq },
            { attribute: 'place', value: 'here' },
          ],
        },
        { key: 'new', entity: undefined, json: '{"b":2}' },
      ],
      delete: [{ key: 'old', entity: undefined }],
    });
    expect(await carrier().transact(change(7))).toEqual({ kind: 'conflict' });
    expect(await carrier().get({ key: 'old', entity: undefined })).not.toEqual({
      kind: 'ok',
      value: undefined,
    });
    expect(await carrier().transact(change(1))).toEqual({ kind: 'ok', value: undefined });
    const batch = await carrier().getMany([
      thing('head'),
      { key: 'new', entity: undefined },
      { key: 'old', entity: undefined },
    ]);
    expect(batch).toMatchObject({
      kind: 'ok',
      value: { missing: [{ key: 'old', entity: undefined }], failed: [] },
    });
    const found = batch.kind === 'ok' ? batch.value.found : [];
    expect(found.map(({ key, entity }) => [key, entity]).sort()).toEqual([
      ['head', 'thing'],
      ['new', undefined],
    ]);
  });

  it('lists a partition in the order of its range, page by page, and everything by key', async () => {
    for (let i = 0; i < 130; i++) await put(`k${i}`, i, String(2000 - i));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await carrier().query({
        ...{ entity: 'thing', index: 'by-place', partition: ['here'], cursor },
      });
      if (page.kind !== 'ok') throw new Error(page.kind);
      seen.push(...page.value.items.map(({ key }) => key));
      cursor = page.value.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(130);
    expect([seen[0], seen[129]]).toEqual(['k129', 'k0']);
    const first = await carrier().scan('thing', undefined);
    expect(first).toMatchObject({ kind: 'ok' });
    expect(first.kind === 'ok' && first.value.items).toHaveLength(100);
    expect(await carrier().scan(undefined, undefined)).toMatchObject({ value: { items: [] } });
  });

  it.each([
    [429, 'RATE_LIMIT_EXCEEDED', { kind: 'throttled', code: 'RATE_LIMIT_EXCEEDED' }],
    [401, 'UNAUTHORIZED', { kind: 'unauthorized', status: 401 }],
    [403, 'FORBIDDEN', { kind: 'unauthorized', status: 403 }],
    [400, 'KEY_TOO_LONG', { kind: 'refused', status: 400, code: 'KEY_TOO_LONG' }],
    [500, 'INTERNAL', { kind: 'unknown' }],
    [400, 'CONDITIONAL_CHECK_FAILED', { kind: 'conflict' }],
  ])('gives %i %s its name', async (status, code, expected) => {
    answerInstead = Response.json({ code, message: 'm' }, { status });
    expect(await carrier().get(thing('x'))).toMatchObject(expected);
    expect(await carrier().transact({ set: [], delete: [thing('x')] })).toMatchObject(expected);
  });

  it('knows nothing after an answer it can not read or none at all', async () => {
    answerInstead = new Response('<html>', { status: 200 });
    expect(await carrier().get(thing('x'))).toMatchObject({ kind: 'unknown' });
    answerInstead = new TypeError('connection lost');
    expect(await carrier().transact({ set: [], delete: [thing('x')] })).toMatchObject({
      kind: 'unknown',
    });
  });
});

it('does not wait for the SDK longer than it is told', async () => {
  Object.assign(globalThis, { __forge_fetch__: () => new Promise(() => undefined) });
  expect(await carriers['sdk']!().get({ key: 'x', entity: undefined })).toMatchObject({
    kind: 'unknown',
  });
});
