import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPLOYEE } from './testing/entities.ts';
import { refusalOf, storeUnderTest } from './testing/sdk.ts';
import type { StoreUnderTest, StoreUnderTestOptions } from './testing/sdk.ts';
import { deeperThan } from './values.ts';

let current: StoreUnderTest | undefined;
async function open(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  current = await storeUnderTest({ entities: [EMPLOYEE], ...options });
  return current;
}
afterEach(() => {
  current?.store.close();
  current = undefined;
});

describe('keys', () => {
  it.each(['a', 'k'.repeat(500), 'a b', 'tab\there', 'line\nbreak', 'A-z#0:9._'])(
    'takes %j',
    async (key) => {
      const { sdk } = await open();
      await sdk.kvs.set(key, 1);
      expect(await sdk.kvs.get(key)).toBe(1);
    },
  );

  it.each(['a/b', 'a|b', 'a@b', 'a=b', 'a,b', 'é', ' ', '\t\n', '🙂'])(
    'refuses %j',
    async (key) => {
      const { sdk } = await open();
      expect((await refusalOf(sdk.kvs.set(key, 1))).code).toBe('INVALID_KEY');
    },
  );
});

describe('values', () => {
  it('takes exactly 240 KiB of JSON text and not one byte more', async () => {
    const { sdk } = await open();
    const fits = 'x'.repeat(240 * 1024 - 2);
    await sdk.kvs.set('k', fits);
    expect(await sdk.kvs.get('k')).toBe(fits);
    expect((await refusalOf(sdk.kvs.set('k', `${fits}x`))).code).toBe('MAX_SIZE');
  });

  it('counts bytes, not characters', async () => {
    const { sdk } = await open();
    expect((await refusalOf(sdk.kvs.set('k', 'ü'.repeat(130 * 1024)))).code).toBe('MAX_SIZE');
  });

  it('takes 31 levels and refuses 32, or one more where the switch says so', async () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { inner: nested(levels - 1) });
    const strict = await open();
    await strict.sdk.kvs.set('k', nested(31));
    expect((await refusalOf(strict.sdk.kvs.set('k', nested(32)))).code).toBe('MAX_DEPTH');
    strict.store.close();
    const loose = await open({ switches: { maxDepth: 32 } });
    await loose.sdk.kvs.set('k', nested(32));
    expect((await refusalOf(loose.sdk.kvs.set('k', nested(33)))).code).toBe('MAX_DEPTH');
  });

  it('holds secrets to 128 KiB unless the switch says 240', async () => {
    const secret = 'x'.repeat(128 * 1024);
    const strict = await open();
    expect((await refusalOf(strict.sdk.kvs.setSecret('k', secret))).code).toBe('MAX_SIZE');
    strict.store.close();
    const loose = await open({ switches: { secretMaxBytes: 240 * 1024 } });
    await loose.sdk.kvs.setSecret('k', secret);
    expect(await loose.sdk.kvs.getSecret('k')).toBe(secret);
  });

  it('stores any JSON value unchanged', async () => {
    const { sdk } = await open({ limits: { quotas: false } });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
        fc.pre(value !== null);
        await sdk.kvs.set('k', value);
        expect(await sdk.kvs.get('k')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  it('measures depth as a text with brackets would', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8 }),
        fc.integer({ min: 0, max: 10 }),
        (value, levels) => {
          let depth = 0;
          let deepest = 0;
          for (const [token] of JSON.stringify(value).matchAll(/"(?:\\.|[^"\\])*"|[{}[\]]/g)) {
            if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
            if (token === '}' || token === ']') depth--;
          }
          expect(deeperThan(value, levels)).toBe(deepest > levels);
        },
      ),
    );
  });
});

describe('values of entities', () => {
  it.each([
    { n: 2 ** 31 - 1 },
    { n: -(2 ** 31) },
    { salary: 0 },
    { salary: 1e-130 },
    { salary: 9.99e125 },
    { salary: -1.5 },
    { active: false },
    { name: 'x' },
    { extra: '' },
    { extra: { any: ['thing', null] } },
    { name: 'x'.repeat(900) },
    { name: 'ü'.repeat(450) },
    { team: 'x'.repeat(1_700), n: 1 },
    { team: 'x'.repeat(2_000) },
    {},
  ])('take %j', async (value) => {
    const { sdk } = await open();
    await sdk.kvs.entity('employee').set('e', value);
    expect(await sdk.kvs.entity('employee').get('e')).toEqual(value);
  });

  it.each([
    [{ n: 2 ** 31 }, 'INCORRECT_PROPERTY_TYPE'],
    [{ n: -(2 ** 31) - 1 }, 'INCORRECT_PROPERTY_TYPE'],
    [{ n: 1.5 }, 'INCORRECT_PROPERTY_TYPE'],
    [{ salary: 1e-131 }, 'INCORRECT_PROPERTY_TYPE'],
    [{ salary: 1e126 }, 'INCORRECT_PROPERTY_TYPE'],
    [{ salary: '1' }, 'INCORRECT_PROPERTY_TYPE'],
    [{ active: 0 }, 'INCORRECT_PROPERTY_TYPE'],
    [{ name: null }, 'INCORRECT_PROPERTY_TYPE'],
    [{ extra: null }, 'INCORRECT_PROPERTY_TYPE'],
    [{ name: '' }, 'INVALID_ENTITY_VALUE'],
    [{ name: ' \t' }, 'INVALID_ENTITY_VALUE'],
    [{ unknown: 1 }, 'INVALID_ENTITY_VALUE'],
    ['text', 'INVALID_ENTITY_VALUE'],
    [['list'], 'INVALID_ENTITY_VALUE'],
    [{ name: 'x'.repeat(901) }, 'INVALID_ENTITY_INDEX'],
    [{ name: 'ü'.repeat(451) }, 'INVALID_ENTITY_INDEX'],
    [{ team: 'x'.repeat(1_701), n: 1 }, 'INVALID_ENTITY_INDEX'],
  ])('refuse %j with %s', async (value, code) => {
    const { sdk } = await open();
    expect((await refusalOf(sdk.kvs.entity('employee').set('e', value))).code).toBe(code);
  });

  it('may hold undeclared attributes where the switch says so', async () => {
    const { sdk } = await open({ switches: { undeclaredAttributes: true } });
    await sdk.kvs.entity('employee').set('e', { unknown: 1 });
    expect(await sdk.kvs.entity('employee').get('e')).toEqual({ unknown: 1 });
  });
});

describe('declared entities', () => {
  const attribute = { a: 'string' } as const;
  it.each([
    ['21 entities', Array.from({ length: 21 }, (_, at) => entity(`entity-${at}`))],
    ['a name twice', [entity('same'), entity('same')]],
    ['a name of 2 characters', [entity('ab')]],
    ['a name with an underscore', [entity('mig_head')]],
    ['a name that begins with a hyphen', [entity('-name')]],
    ['two dots in a row', [entity('a..b')]],
    [
      'an attribute with a hyphen',
      [{ ...entity('good'), attributes: { 'a-b': 'string' } as const }],
    ],
    [
      'an attribute of 31 characters',
      [{ ...entity('good'), attributes: { ['a'.repeat(31)]: 'string' } as const }],
    ],
    ['two range attributes', [{ ...entity('good'), indexes: [index('by-a', ['a', 'a'])] }]],
    ['an index on nothing', [{ ...entity('good'), indexes: [index('by-b', ['b'])] }]],
    ['a reserved index name', [{ ...entity('good'), indexes: [index('by-key', ['a'])] }]],
    [
      'an index name of 2 characters',
      [{ ...entity('good'), indexes: [{ ...index('ab', ['a']), partition: ['a'] }] }],
    ],
    [
      'an index name of 51 characters',
      [{ ...entity('good'), indexes: [index('i'.repeat(51), ['a'])] }],
    ],
    ['an index name with a space', [{ ...entity('good'), indexes: [index('by a', ['a'])] }]],
    ['an index name that ends in a dot', [{ ...entity('good'), indexes: [index('by.', ['a'])] }]],
    [
      'an index name twice',
      [{ ...entity('good'), indexes: [index('by-a', ['a']), index('by-a', ['a'])] }],
    ],
    [
      'an index without range',
      [{ ...entity('good'), indexes: [{ name: 'by-a', partition: ['a'], range: [] }] }],
    ],
    [
      'an index over an attribute of type any',
      [
        {
          ...entity('good'),
          attributes: { a: 'string', any: 'any' } as const,
          indexes: [index('by-any', ['any'])],
        },
      ],
    ],
    ['a name of 61 characters', [entity('a'.repeat(61))]],
    ['a name that ends in a dot', [entity('name.')]],
    ['a name with a capital', [entity('Name')]],
    [
      '51 attributes',
      [
        {
          ...entity('good'),
          attributes: Object.fromEntries(
            Array.from({ length: 51 }, (_, at) => [`a${at}`, 'string' as const]),
          ),
        },
      ],
    ],
    [
      '8 indexes',
      [
        {
          ...entity('good'),
          indexes: Array.from({ length: 8 }, (_, at) => index(`index-${at}`, ['a'])),
        },
      ],
    ],
  ])('are refused with %s', async (_what, entities) => {
    const { store, installationId } = await open();
    expect(() => store.declare(installationId, entities)).toThrow(
      expect.objectContaining({ code: 'invalid_schema' }),
    );
  });

  it('may have an underscore in the name where the switch says so', async () => {
    const { sdk } = await open({
      switches: { entityNameUnderscore: true },
      entities: [entity('mig_head')],
    });
    await sdk.kvs.entity('mig_head').set('k', { a: 'x' });
    expect(await sdk.kvs.entity('mig_head').get('k')).toEqual({ a: 'x' });
  });

  it('become unknown when the running version no longer declares them, and keep their items', async () => {
    const { sdk, store, installationId } = await open();
    await sdk.kvs.entity('employee').set('e', { n: 1 });
    store.declare(installationId, []);
    expect((await refusalOf(sdk.kvs.entity('employee').get('e'))).code).toBe('SCHEMA_NOT_FOUND');
    store.declare(installationId, [EMPLOYEE]);
    expect(await sdk.kvs.entity('employee').get('e')).toEqual({ n: 1 });
  });

  function entity(name: string) {
    return { name, attributes: attribute, indexes: [] };
  }
  function index(name: string, range: string[]) {
    return { name, partition: [], range };
  }
});
