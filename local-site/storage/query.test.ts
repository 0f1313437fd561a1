import { afterEach, describe, expect, it } from '@jest/globals';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest(options);
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

/** Follows the cursor until it is absent; gives the keys of each page. */
async function pagesOf(
  { sdk }: StoreUnderTest,
  prefix: string,
  limit: number,
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    let query = sdk.kvs.query().where('key', sdk.WhereConditions.beginsWith(prefix)).limit(limit);
    if (cursor !== undefined) query = query.cursor(cursor);
    const { results, nextCursor } = await query.getMany();
    pages.push(results.map(({ key }) => key));
    cursor = nextCursor;
  } while (cursor !== undefined && pages.length < 50);
  return pages;
}

async function fill({ sdk }: StoreUnderTest, keys: readonly string[]): Promise<void> {
  for (const key of keys) await sdk.kvs.set(key, { at: key });
}

describe('queries of plain keys through the real SDK', () => {
  it('give keys in byte order, ten unless told otherwise', async () => {
    const test = await open();
    const keys = ['b', 'a', 'B', 'a:1', 'a:10', 'a:2', '0', 'z', '_', '#', 'a b', 'c'];
    await fill(test, keys);
    const { results, nextCursor } = await test.sdk.kvs.query().getMany();
    expect(results.map(({ key }) => key)).toEqual([...keys].sort().slice(0, 10));
    expect(nextCursor).toBeDefined();
  });

  it('give the keys with a prefix, one equal to it included', async () => {
    const test = await open();
    await fill(test, ['p', 'p:', 'p:1', 'p:2', 'p_', 'o', 'q']);
    expect(await pagesOf(test, 'p:', 100)).toEqual([['p:', 'p:1', 'p:2']]);
    expect(await pagesOf(test, 'p', 2)).toEqual([['p', 'p:'], ['p:1', 'p:2'], ['p_']]);
  });

  it('carry values and, on request, metadata', async () => {
    const test = await open();
    await fill(test, ['k']);
    const now = test.clock.now();
    const { sdk } = test;
    expect((await sdk.kvs.query().getMany()).results).toEqual([{ key: 'k', value: { at: 'k' } }]);
    const withMetadata = await sdk.kvs
      .query({ metadataFields: [sdk.MetadataField.CREATED_AT] })
      .getMany();
    expect(withMetadata.results).toEqual([{ key: 'k', value: { at: 'k' }, createdAt: now }]);
  });

  it('never show secrets or entities', async () => {
    const test = await open({
      entities: [{ name: 'thing', attributes: { n: 'integer' }, indexes: [] }],
    });
    await test.sdk.kvs.setSecret('s', 1);
    await test.sdk.kvs.entity('thing').set('e', { n: 1 });
    expect((await test.sdk.kvs.query().getMany()).results).toEqual([]);
  });

  it.each([
    [{ limit: 0 }, 'LIST_QUERY_LIMIT_EXCEEDED'],
    [{ limit: 101 }, 'LIST_QUERY_LIMIT_EXCEEDED'],
    [{ limit: 1.5 }, 'LIST_QUERY_LIMIT_EXCEEDED'],
    [{ where: [where('key', 'a'), where('key', 'b')] }, 'QUERY_WHERE_INVALID'],
    [{ where: [where('value', 'a')] }, 'QUERY_WHERE_FIELD_INVALID'],
    [{ where: [where('key', 7)] }, 'INVALID_FILTER_VALUES'],
  ])('refuse %j with %s', async (body, code) => {
    const { call } = await open();
    expect(await call('/query', body)).toMatchObject({ status: 400, body: { code } });
  });
});

describe('the end of the data', () => {
  const keys = Array.from({ length: 6 }, (_, at) => `k${at}`);

  it('has no cursor by the documentation', async () => {
    const test = await open();
    await fill(test, keys);
    expect((await pagesOf(test, 'k', 3)).map(({ length }) => length)).toEqual([3, 3]);
    expect(await pagesOf(test, 'nothing', 3)).toEqual([[]]);
  });

  it('lies behind one or two cursors to empty pages where the switch says so', async () => {
    const lengths = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const test = await open({ seed, switches: { emptyLastPageWithCursor: true } });
      await fill(test, keys);
      const pages = await pagesOf(test, 'k', 4);
      expect(pages.flat()).toEqual(keys);
      lengths.add(pages.map(({ length }) => length).join());
      test.store.close();
      current = undefined;
    }
    expect(lengths).toEqual(new Set(['4,2,0', '4,2,0,0']));
  });
});

describe('cursors', () => {
  async function cursorOf(test: StoreUnderTest): Promise<string> {
    await fill(test, ['a1', 'a2', 'a3', 'b1']);
    const answer = await test.call('/query', { limit: 1, where: [where('key', 'a')] });
    return (answer.body as { cursor: string }).cursor;
  }
  const refused = { status: 400, body: { code: 'INVALID_CURSOR' } };

  it('are refused with another prefix, limit or installation', async () => {
    const test = await open();
    const after = await cursorOf(test);
    expect(await test.call('/query', { limit: 1, after })).toMatchObject(refused);
    expect(
      await test.call('/query', { limit: 2, after, where: [where('key', 'a')] }),
    ).toMatchObject(refused);
    test.store.open('another');
    const body = JSON.stringify({ limit: 1, after, where: [where('key', 'a')] });
    expect(await test.store.handle('another', '/query', body)).toMatchObject(refused);
    expect((await test.call('/query', JSON.parse(body))).status).toBe(200);
  });

  it('expire after 15 minutes where the switch says so', async () => {
    const test = await open({ switches: { cursorLifeMs: 15 * 60_000 } });
    const after = await cursorOf(test);
    const body = { limit: 1, after, where: [where('key', 'a')] };
    test.clock.advance(15 * 60_000);
    expect((await test.call('/query', body)).status).toBe(200);
    test.clock.advance(1);
    expect(await test.call('/query', body)).toMatchObject(refused);
  });

  it('are all refused after the backend has changed', async () => {
    const test = await open();
    const after = await cursorOf(test);
    test.store.forgetCursors();
    expect(
      await test.call('/query', { limit: 1, after, where: [where('key', 'a')] }),
    ).toMatchObject(refused);
  });

  it('survive changes of the data: nothing is given twice, nothing that stays is skipped', async () => {
    const test = await open();
    const keys = Array.from({ length: 20 }, (_, at) => `k${String(at).padStart(2, '0')}`);
    await fill(test, keys);
    const { sdk } = test;
    const first = await sdk.kvs.query().limit(10).getMany();
    await sdk.kvs.delete('k05');
    await sdk.kvs.delete('k09');
    await sdk.kvs.set('k10a', 1);
    const rest = await sdk.kvs.query().limit(10).cursor(first.nextCursor!).getMany();
    expect(rest.results.map(({ key }) => key)).toEqual(['k10', 'k10a', ...keys.slice(11, 19)]);
  });

  it('that are garbage are refused through the SDK', async () => {
    const { sdk } = await open();
    for (const cursor of ['x', 'e30', Buffer.from('{"q":1}').toString('base64url')]) {
      expect((await refusalOf(sdk.kvs.query().cursor(cursor).getMany())).code).toBe(
        'INVALID_CURSOR',
      );
    }
  });
});

function where(property: string, value: unknown): unknown {
  return { property, condition: 'BEGINS_WITH', values: [value] };
}
