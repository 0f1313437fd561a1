import { afterEach, describe, expect, it } from '@jest/globals';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

describe('single keys through the real SDK', () => {
  it('gives back what was set, whatever JSON it is', async () => {
    const { sdk } = await open();
    const values = [
      1,
      0,
      -1.5,
      'text',
      '',
      'ü–🙂',
      true,
      false,
      [],
      {},
      { a: [null, { b: '\u0000' }] },
    ];
    for (const value of values) {
      await sdk.kvs.set('k', value);
      expect(await sdk.kvs.get('k')).toEqual(value);
    }
  });

  it('gives undefined for a missing key and deletes a missing key without complaint', async () => {
    const { sdk, exchanges } = await open();
    expect(await sdk.kvs.get('missing')).toBeUndefined();
    expect(exchanges.at(-1)?.status).toBe(404);
    await sdk.kvs.delete('missing');
    expect(exchanges.at(-1)?.status).toBe(204);
  });

  it('keeps plain keys, secrets and each entity apart', async () => {
    const { sdk } = await open();
    await sdk.kvs.set('k', 'plain');
    await sdk.kvs.setSecret('k', 'secret');
    await sdk.kvs.entity('employee').set('k', { name: 'entity' });
    expect(await sdk.kvs.get('k')).toBe('plain');
    expect(await sdk.kvs.getSecret('k')).toBe('secret');
    expect(await sdk.kvs.entity('employee').get('k')).toEqual({ name: 'entity' });
    await sdk.kvs.delete('k');
    expect(await sdk.kvs.get('k')).toBeUndefined();
    expect(await sdk.kvs.getSecret('k')).toBe('secret');
    await sdk.kvs.deleteSecret('k');
    await sdk.kvs.entity('employee').delete('k');
    expect(await sdk.kvs.getSecret('k')).toBeUndefined();
    expect(await sdk.kvs.entity('employee').get('k')).toBeUndefined();
  });

  it('refuses FAIL_IF_EXISTS on an existing key with the measured answer, for keys and entities', async () => {
    const { sdk } = await open();
    const measured = {
      status: 409,
      code: 'KEY_CONFLICT',
      message: 'Provided key already exists and cannot be overwritten',
    };
    await sdk.kvs.set('k', 1, { keyPolicy: 'FAIL_IF_EXISTS' });
    expect(await refusalOf(sdk.kvs.set('k', 2, { keyPolicy: 'FAIL_IF_EXISTS' }))).toEqual(measured);
    expect(await sdk.kvs.get('k')).toBe(1);
    const employees = sdk.kvs.entity('employee');
    await employees.set('k', { n: 1 }, { keyPolicy: 'FAIL_IF_EXISTS' });
    expect(await refusalOf(employees.set('k', { n: 2 }, { keyPolicy: 'FAIL_IF_EXISTS' }))).toEqual(
      measured,
    );
  });

  it('returns the previous or the latest value with the metadata asked for', async () => {
    const { sdk, clock } = await open();
    const start = clock.now();
    const fields = [sdk.MetadataField.CREATED_AT, sdk.MetadataField.UPDATED_AT];
    await sdk.kvs.set('k', 'one');
    clock.advance(1_000);
    const options = { keyPolicy: 'OVERRIDE', returnMetadataFields: fields } as const;
    expect(await sdk.kvs.set('k', 'two', { ...options, returnValue: 'PREVIOUS' })).toEqual({
      key: 'k',
      value: 'one',
      createdAt: start,
      updatedAt: start,
    });
    expect(await sdk.kvs.set('k', 'three', { ...options, returnValue: 'LATEST' })).toEqual({
      key: 'k',
      value: 'three',
      createdAt: start,
      updatedAt: start + 1_000,
    });
    expect(await sdk.kvs.get('k', { metadataFields: fields })).toEqual({
      key: 'k',
      value: 'three',
      createdAt: start,
      updatedAt: start + 1_000,
    });
  });

  it('refuses returnValue with FAIL_IF_EXISTS and returnMetadataFields alone', async () => {
    const { call } = await open();
    for (const options of [
      { keyPolicy: 'FAIL_IF_EXISTS', returnValue: 'PREVIOUS' },
      { returnMetadataFields: ['CREATED_AT'] },
    ]) {
      const answer = await call('/set', { key: 'k', value: 1, options });
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'INVALID_KEY_POLICY_RETURN_VALUE_COMBINATION' },
      });
    }
  });

  it('keeps installations apart', async () => {
    const { store, call, installationId } = await open();
    const other = `${installationId}-other`;
    store.open(other);
    await call('/set', { key: 'k', value: 1 });
    const answer = await store.handle(other, '/get', '{"key":"k"}');
    expect(answer.status).toBe(404);
    expect([...store.inspect(other)]).toEqual([]);
  });

  it('rejects a call of an installation that was never opened', async () => {
    const { store } = await open();
    await expect(store.handle('nobody', '/get', '{"key":"k"}')).rejects.toMatchObject({
      code: 'unknown_installation',
    });
  });

  it('answers 501 for an operation it does not model', async () => {
    const { call } = await open();
    expect(await call('/teleport', {})).toMatchObject({
      status: 501,
      body: { code: 'NOT_MODELLED' },
    });
  });

  it('answers 400 with the field for a body that is not what the operation takes', async () => {
    const { store, call, installationId } = await open();
    expect(await store.handle(installationId, '/get', '{')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
    expect(await call('/get', { key: 7 })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', message: expect.stringContaining('key') },
    });
  });

  it('lists every item of an installation for inspection, secrets left out', async () => {
    const { sdk, store, installationId } = await open();
    await sdk.kvs.set('b', 2);
    await sdk.kvs.set('a', 1);
    await sdk.kvs.setSecret('s', 'hidden');
    await sdk.kvs.entity('employee').set('e', { n: 1 });
    expect([...store.inspect(installationId)]).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
      { entityName: 'employee', key: 'e', value: { n: 1 } },
    ]);
  });
});
