import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  comparePositions,
  covers,
  formatCursor,
  parseCursor,
  type Cursor,
} from '../bucket/position.ts';
import { bucketOf, slotOf, SLOTS, slotsOf } from '../bucket/slot.ts';
import type { Json } from '../terms.ts';
import { canonical } from './canonical.ts';
import { defineRecord } from './define-record.ts';
import { findMisfit } from './fits.ts';
import { decodeKey, encodeKey } from './key-codec.ts';
import { unwrap, wrap } from './stored-item.ts';

const SEED = 20261125;
const FORGE_KEY = /^(?!\s+$)[a-zA-Z0-9:._\s-#]+$/;
const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe('keys', () => {
  it('come back from what Forge takes, and no two meet in one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (key) => {
        const encoded = encodeKey(key);
        expect(encoded).toMatch(FORGE_KEY);
        expect(decodeKey(encoded)).toBe(Buffer.from(key, 'utf8').toString('utf8'));
      }),
      { seed: SEED },
    );
    expect(encodeKey('a#b')).not.toBe(encodeKey('a b'));
    expect(decodeKey('list:#zz')).toBeUndefined();
  });

  it('fall into every bucket of every size, and into one of each only', () => {
    for (let buckets = 64; buckets <= SLOTS; buckets *= 2) {
      const all = Array.from({ length: buckets }, (_, bucket) => slotsOf(bucket, buckets)).flat();
      expect(new Set(all).size).toBe(SLOTS);
    }
    expect(bucketOf(slotOf('list:1'), 64)).toBe(slotOf('list:1') % 64);
  });

  it('refuse a record type that would collide with the items of the layer', () => {
    const definition = {
      target: { kind: 'kvs' },
      encode: () => null,
      source: {},
    } as never as object;
    expect(() => defineRecord({ ...definition, type: 'h' } as never)).toThrow(
      "can't be a record type",
    );
    expect(() => defineRecord({ ...definition, type: 'List' } as never)).toThrow(
      "can't be a record type",
    );
  });
});

describe('the canonical text', () => {
  it('is the same for equal values however their keys were ordered, and loses nothing', () => {
    const shuffle = (value: Json): Json => {
      if (Array.isArray(value)) return value.map((entry) => shuffle(entry as Json));
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value as Record<string, Json>).reverse();
      return Object.fromEntries(entries.map(([key, entry]) => [key, shuffle(entry)]));
    };
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(shuffle(value))).toBe(canonical(value));
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: SEED },
    );
  });

  it('leaves absent keys out', () => {
    expect(canonical({ b: undefined, a: 1 })).toBe('{"a":1}');
  });
});

describe('a stored item', () => {
  it('gives back the value and the version, for both kinds of target', () => {
    const entity = { kind: 'entity', entity: 'x', attributes: { doc: 'any' } } as const;
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(), (value, e, n) => {
        const version = { e, n };
        expect(unwrap({ kind: 'kvs' }, wrap({ kind: 'kvs' }, value, version))).toEqual({
          value,
          version,
        });
        expect(unwrap(entity, wrap(entity, { doc: value }, version))).toEqual({
          value: { doc: value },
          version,
        });
      }),
      { seed: SEED },
    );
    expect(unwrap(entity, { doc: 1 })).toBeUndefined();
  });

  it('is refused by name when Forge can not hold it', () => {
    const entity = {
      kind: 'entity',
      entity: 'x',
      attributes: { issue: 'string', rank: 'integer', doc: 'any' },
    } as const;
    const misfit = (value: Json, key = 'list:1') => findMisfit(entity, key, value)?.code;
    let deep: Json = 1;
    for (let i = 0; i < 40; i++) deep = [deep];
    expect(misfit({ issue: '1', doc: deep })).toBe('value_too_deep');
    expect(misfit({ issue: ' ' })).toBe('attribute_type');
    expect(misfit({ rank: 2 ** 31 })).toBe('attribute_type');
    expect(misfit({ rank: 2 ** 31 - 1 })).toBeUndefined();
    expect(misfit({ rank: -(2 ** 31) })).toBeUndefined();
    expect(misfit({ issue: null })).toBe('attribute_type');
    expect(misfit({ other: 1 })).toBe('attribute_undeclared');
    expect(misfit({ issue: '1' }, 'k'.repeat(501))).toBe('key_too_long');
    expect(misfit({ issue: '1', doc: { text: '' } })).toBeUndefined();
  });
});

describe('the backfill cursor', () => {
  const position = fc.record({
    slot: fc.integer({ min: 0, max: SLOTS - 1 }),
    key: fc.string({ minLength: 1, unit: 'binary' }),
  });

  it('comes back from its text and covers exactly what is not beyond it', () => {
    fc.assert(
      fc.property(position, position, (at, other) => {
        const cursor: Cursor = { at: 'key', ...at };
        expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
        expect(covers(cursor, other)).toBe(comparePositions(other, at) <= 0);
        expect(covers({ at: 'start' }, other)).toBe(false);
        expect(covers({ at: 'end' }, other)).toBe(true);
      }),
      { seed: SEED },
    );
    expect(parseCursor('')).toBeUndefined();
  });
});
