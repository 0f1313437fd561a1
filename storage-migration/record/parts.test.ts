import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../terms.ts';
import { canonical } from './canonical.ts';
import { defineGroup, defineRecord, type Target } from './define-record.ts';
import { MAX_VALUE_BYTES } from './limits.ts';
import { recordHash } from './hash.ts';
import { isSetAside, prepareValue, type Outgoing, type SetAside } from './outgoing.ts';
import { cutText, formatPart, MAX_PARTS, parsePart, parsePartKey, partKey } from './parts.ts';
import { unite, unwrap } from './stored-item.ts';

const SEED = 20261126;
const TENANT_KEY = Buffer.alloc(32, 3);
const VERSION = { e: 2, n: 7 };
const ENTITY: Target = {
  kind: 'entity',
  entity: 'thing',
  attributes: { doc: 'any', place: 'string', also: 'any' },
};
const PLAIN: Target = {
  kind: 'entity',
  entity: 'plain',
  attributes: { place: 'string' },
};

const source = { load: () => Promise.resolve(new Map()), compare: () => [] };
const groupOf = (valueBytes?: number) =>
  defineGroup({
    group: 'g',
    mapping: 1,
    records: [
      ...(
        [
          ['thing', ENTITY],
          ['plain', PLAIN],
          ['setting', { kind: 'kvs' }],
        ] as const
      ).map(([type, target]) => defineRecord<Json>({ type, target, encode: (row) => row, source })),
    ],
    ...(valueBytes === undefined ? {} : { valueBytes }),
  });

function prepared(key: string, value: Json, valueBytes?: number): Outgoing | SetAside {
  return prepareValue(groupOf(valueBytes), TENANT_KEY, { key, slot: 1, version: VERSION, value });
}

/** What a reader makes of what a writer stored. */
function readBack(target: Target, item: Outgoing): Json {
  const stored = unwrap(target, JSON.parse(item.json ?? 'null'));
  if (stored === undefined || 'broken' in stored) throw new Error('nothing can be read');
  if ('value' in stored) return stored.value;
  expect(stored.pointer).toMatchObject({ count: item.parts?.length, hash: item.hash });
  const text = (item.parts ?? []).join('');
  expect(Buffer.byteLength(text)).toBe(stored.pointer.bytes);
  return unite(target, JSON.parse(text) as Json, stored.beside);
}

const json = fc.jsonValue() as fc.Arbitrary<Json>;
const present = json.filter((value) => value !== null);

describe('a text in pieces', () => {
  it('comes back whole, no piece too large for its room, no character cut in two', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 200 }), (whole, room) => {
        const pieces = cutText(whole, room);
        expect(pieces.join('')).toBe(whole);
        for (const piece of pieces) {
          expect(Buffer.byteLength(JSON.stringify(piece)) - 2).toBeLessThanOrEqual(room);
          expect(piece).not.toMatch(/\p{Surrogate}/u);
        }
      }),
      { seed: SEED },
    );
  });

  it('is cut where it was cut before: another writer takes the pieces for its own', () => {
    expect(cutText('ab"cd🦄ef', 8)).toEqual(['ab"cd', '🦄ef']);
    expect(cutText('', 8)).toEqual([]);
  });
});

describe('a record', () => {
  it('comes back the same, in parts or whole, with a hash over its whole value', () => {
    fc.assert(
      fc.property(
        present,
        fc.option(present, { nil: undefined }),
        fc.integer({ min: 80, max: 400 }),
        (doc, also, bytes) => {
          const value: JsonObject = { doc, place: 'here', also };
          for (const [key, target, stored] of [
            ['thing:1', ENTITY, value],
            ['setting:1', { kind: 'kvs' }, doc],
          ] as const) {
            const item = prepared(key, stored, bytes);
            if (isSetAside(item)) {
              expect(item.misfit.code).toBe('value_too_large');
              continue;
            }
            expect(canonical(readBack(target, item))).toBe(canonical(stored));
            expect(item.hash).toBe(recordHash(TENANT_KEY, key, VERSION, canonical(stored)));
          }
        },
      ),
      { seed: SEED },
    );
  });

  it('that looks like a pointer is never taken for one', () => {
    const pointer = { count: 1, bytes: 2, hash: '0'.repeat(32) };
    fc.assert(
      fc.property(fc.oneof(json, fc.constant(pointer as Json)), (inner) => {
        const value = { also: { _parts: inner }, doc: { _parts: inner }, place: 'x' };
        const item = prepared('thing:1', value);
        if (isSetAside(item)) throw new Error(item.misfit.reason);
        expect(item.parts).toBeDefined();
        expect(canonical(readBack(ENTITY, item))).toBe(canonical(value));
        const setting = prepared('setting:1', { _parts: inner });
        if (isSetAside(setting)) throw new Error(setting.misfit.reason);
        expect(setting.parts).toBeUndefined();
        expect(canonical(readBack({ kind: 'kvs' }, setting))).toBe(canonical({ _parts: inner }));
      }),
      { seed: SEED },
    );
  });

  it('keeps in its place what its indexes need, and every item within what Forge takes', () => {
    const doc = { text: '"🦄\\'.repeat(60_000) };
    const item = prepared('thing:1', { doc, place: 'here' });
    if (isSetAside(item)) throw new Error(item.misfit.reason);
    expect(JSON.parse(item.json!)).toEqual({
      also: { _parts: { count: 4, bytes: expect.any(Number), hash: item.hash } },
      ...{ place: 'here', mve: 2, mvn: 7 },
    });
    for (const text of item.parts!) {
      const part = JSON.stringify(formatPart({ key: 'thing:1', version: VERSION, text }));
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(239_500);
      const request = JSON.stringify({
        key: partKey('a'.repeat(100), item.hash, 15),
        value: formatPart({ key: 'thing:1', version: VERSION, text }),
        options: { keyPolicy: 'FAIL_IF_EXISTS' },
      });
      expect(Buffer.byteLength(request)).toBeLessThanOrEqual(240_000);
    }
  });

  it('stands whole up to 240 KiB and not one byte more', () => {
    const frame = Buffer.byteLength(
      JSON.stringify({ doc: '', place: 'x', mve: VERSION.e, mvn: VERSION.n }),
    );
    const ofBytes = (bytes: number) =>
      prepared('thing:1', { doc: 'x'.repeat(bytes - frame), place: 'x' });
    expect(ofBytes(MAX_VALUE_BYTES)).not.toHaveProperty('parts');
    expect(ofBytes(MAX_VALUE_BYTES + 1)).toMatchObject({ parts: { length: 2 } });
  });

  it('is refused by name above sixteen parts, and where nothing of it may leave its place', () => {
    const code = (item: Outgoing | SetAside) => (isSetAside(item) ? item.misfit.code : 'fits');
    const most = 239_400 * MAX_PARTS;
    expect(code(prepared('thing:1', { doc: 'x'.repeat(most), place: 'x' }))).toBe('fits');
    expect(code(prepared('thing:1', { doc: 'x'.repeat(most + 10_000), place: 'x' }))).toBe(
      'value_too_large',
    );
    const long = 'x'.repeat(MAX_VALUE_BYTES);
    expect(code(prepared('thing:1', { doc: 1, place: long }))).toBe('value_too_large');
    expect(code(prepared('plain:1', { place: long }))).toBe('value_too_large');
    expect(code(prepared('setting:1', 'x'.repeat(most)))).toBe('fits');
  });
});

describe('a part', () => {
  it('comes back from its text and its key, and nothing else is taken for one', () => {
    const part = { key: 'thing:1', version: VERSION, text: 'abc' };
    expect(parsePart(formatPart(part))).toEqual(part);
    expect(parsePart({ ...formatPart(part), more: 1 })).toBeUndefined();
    expect(parsePart('abc')).toBeUndefined();
    const hash = 'a1'.repeat(16);
    expect(parsePartKey('g', partKey('g', hash, 3))).toEqual({ hash, index: 3 });
    expect(parsePartKey('other', partKey('g', hash, 3))).toBeUndefined();
    expect(parsePartKey('g', `s:g:${hash}`)).toBeUndefined();
  });

  it('is not found by a pointer that can not be read', () => {
    const broken = { _mv: VERSION, _parts: { count: MAX_PARTS + 1, bytes: 1, hash: 'x' } };
    expect(unwrap({ kind: 'kvs' }, broken)).toMatchObject({ version: VERSION, broken: /./ });
    const { version, ...rest } = unwrap(ENTITY, {
      also: { _parts: 'x' },
      ...{ mve: 1, mvn: 1 },
    }) as { version: unknown };
    expect(version).toEqual({ e: 1, n: 1 });
    expect(rest).toHaveProperty('broken');
  });
});
