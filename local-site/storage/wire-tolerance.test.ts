import { afterEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../types.ts';
import { createRegister } from '../register.ts';
import { OPERATIONS } from './operations.ts';
import { EMPLOYEE } from './testing/entities.ts';
import { storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest } from './testing/sdk.ts';

let current: StoreUnderTest | undefined;
async function open(): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE] });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

/** One body of each operation, with fields that today's SDK does not send. */
const LATER: Record<string, { body: unknown; status: number }> = {
  '/set': { body: { key: 'k', value: 1, options: { later: true }, later: 1 }, status: 204 },
  '/get': { body: { key: 'k', options: { later: true }, later: 1 }, status: 200 },
  '/query': { body: { limit: 1, later: 1, options: { later: true } }, status: 200 },
  '/delete': { body: { key: 'k', options: {}, later: 1 }, status: 204 },
  '/secret/set': { body: { key: 's', value: 1, later: 1 }, status: 204 },
  '/secret/get': { body: { key: 's', later: 1 }, status: 200 },
  '/secret/delete': { body: { key: 's', later: 1 }, status: 204 },
  '/entity/set': {
    body: { entityName: 'employee', key: 'e', value: { n: 1 }, later: 1 },
    status: 204,
  },
  '/entity/get': { body: { entityName: 'employee', key: 'e', later: 1 }, status: 200 },
  '/entity/query': {
    body: { entityName: 'employee', indexName: 'by-key', later: 1, filters: undefined },
    status: 200,
  },
  '/entity/delete': { body: { entityName: 'employee', key: 'e', later: 1 }, status: 204 },
  '/batch/set': { body: [{ key: 'b', value: 1, later: 1 }], status: 200 },
  '/batch/get': { body: [{ key: 'b', later: 1 }], status: 200 },
  '/batch/delete': { body: [{ key: 'b', later: 1 }], status: 200 },
  '/transaction': {
    body: { set: [{ key: 't', value: 1, later: 1 }], later: 1 },
    status: 204,
  },
};

describe('the wire', () => {
  it('takes what a later SDK may send beside what is known, on every operation', async () => {
    const { call } = await open();
    expect(Object.keys(LATER).sort()).toEqual([...OPERATIONS.keys()].sort());
    for (const [operation, { body, status }] of Object.entries(LATER)) {
      expect([operation, (await call(operation, body)).status]).toEqual([operation, status]);
    }
  });

  it('takes a query without options, as {}', async () => {
    const { call } = await open();
    expect(await call('/query', {})).toEqual({ status: 200, body: { data: [] } });
  });

  it('gives an answer as text as well, which says the same', async () => {
    const { call } = await open();
    await call('/set', { key: 'k', value: { 'ü"': [1, '\n'] } });
    const answer: Answer = await call('/get', { key: 'k' });
    expect(JSON.parse(answer.text ?? '')).toEqual(answer.body);
    expect((await call('/set', { key: 'k', value: 1 })).text).toBeUndefined();
  });

  it('answers bodies without a string for key, value or list with 400, never with a failure', async () => {
    const { call, store, installationId } = await open();
    for (const operation of OPERATIONS.keys()) {
      for (const body of [null, 7, 'text', [7], { key: 7 }, { key: {} }, [[]]]) {
        const { status } = await call(operation, body);
        const ok = status === 400 || (status === 200 && operation.endsWith('query'));
        expect([operation, body, ok]).toEqual([operation, body, true]);
      }
      expect((await store.handle(installationId, operation, '{"key":')).status).toBe(400);
    }
  });

  it('records a call of an unknown operation where it was given a register', async () => {
    const register = createRegister();
    const { store, installationId } = (current = await storeUnderTest({ register }));
    expect(await store.handle(installationId, '/vector/search', '{}')).toMatchObject({
      status: 501,
      body: { code: 'NOT_MODELLED' },
    });
    expect(register.list()).toMatchObject([{ room: 'storage', what: '/vector/search', count: 1 }]);
  });
});
