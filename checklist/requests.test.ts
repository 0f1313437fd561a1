import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChecklistError } from './errors.ts';
import { LIMITS, countCharacters } from './limits.ts';
import type { ChecklistProblem } from './errors.ts';
import { parseId, parseRequest, requests } from './requests.ts';

function problemOf(act: () => unknown): ChecklistProblem {
  try {
    act();
  } catch (error) {
    if (error instanceof ChecklistError) return error.problem;
    throw error;
  }
  throw new Error('It was accepted.');
}
const addItem = (body: unknown) => () => parseRequest(requests.addItem, body);
const addList = (body: unknown) => () => parseRequest(requests.addList, body);

describe('parseRequest', () => {
  it('names the first field that is wrong, with its path', () => {
    expect(problemOf(addItem({ text: 7 }))).toMatchObject({ code: 'malformed', field: 'text' });
    expect(problemOf(addItem({ text: 'a', doen: true }))).toMatchObject({ field: 'doen' });
    expect(problemOf(addItem(null))).toMatchObject({ code: 'malformed', field: 'body' });
    const nested = { name: 'A', items: [{ text: 'a' }, { text: ' ' }] };
    expect(problemOf(addList(nested))).toMatchObject({ code: 'malformed', field: 'items.1.text' });
  });

  it('counts characters, not bytes or UTF-16 units, and answers with the limit when there are too many', () => {
    const exact = '😀'.repeat(LIMITS.itemTextCharacters);
    expect(parseRequest(requests.addItem, { text: exact }).text).toBe(exact);
    expect(problemOf(addItem({ text: `${exact}x` }))).toMatchObject({
      code: 'over_limit',
      limit: 1000,
      field: 'text',
    });
    expect(problemOf(addList({ name: 'x'.repeat(256) }))).toMatchObject({ limit: 255 });
    const many = Array.from({ length: 201 }, () => ({ text: 'a' }));
    expect(problemOf(addList({ name: 'A', items: many }))).toMatchObject({
      code: 'over_limit',
      limit: 200,
    });
  });

  it('prefers "malformed" when a request is both too long and wrong', () => {
    expect(problemOf(addItem({ text: 'x'.repeat(1001), done: 'yes' }))).toMatchObject({
      code: 'malformed',
      field: 'done',
    });
  });

  it('refuses what cannot be kept without change: NUL, half a surrogate pair, the same id twice', () => {
    expect(problemOf(addItem({ text: 'a\u0000b' }))).toMatchObject({ field: 'text' });
    expect(problemOf(addItem({ text: 'a\ud800b' }))).toMatchObject({ field: 'text' });
    const id = '00000000-0000-4000-8000-000000000001';
    const twice = {
      name: 'A',
      items: [
        { id, text: 'a' },
        { id, text: 'b' },
      ],
    };
    expect(problemOf(addList(twice))).toMatchObject({ field: 'items.1.id' });
    const value = { deep: ['\ud800'] };
    expect(problemOf(() => parseRequest(requests.putSetting, { value }))).toMatchObject({
      code: 'malformed',
      field: 'value',
    });
  });

  it('refuses settings that would not come back as they were sent', () => {
    const put = (value: unknown) => () => parseRequest(requests.putSetting, { value });
    const malformed = { code: 'malformed', field: 'value' };
    expect(problemOf(put(JSON.parse('{"a":{"__proto__":1}}')))).toMatchObject(malformed);
    expect(problemOf(put([1]))).toMatchObject(malformed);
    expect(problemOf(put(undefined))).toMatchObject(malformed);
    expect(problemOf(put({ a: 'x'.repeat(33_000) }))).toMatchObject({ code: 'over_limit' });
    const value = { a: [null, 'it says "__proto__": here', '😀', '\\ud800 shown'] };
    expect(parseRequest(requests.putSetting, { value }).value).toEqual(value);
  });

  it('keeps every other text exactly as it was sent, white space included', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((s) => s.trim() !== '' && !s.includes('\u0000'));
    fc.assert(
      fc.property(text, (given) => {
        expect(parseRequest(requests.addItem, { text: given }).text).toBe(given);
        expect(countCharacters(given)).toBe(Array.from(given).length);
      }),
    );
  });

  it('lowers ids, as Postgres gives them back', () => {
    const id = 'ABCDEF00-0000-4000-8000-000000000001';
    expect(parseRequest(requests.addItem, { id, text: 'a' }).id).toBe(id.toLowerCase());
    expect(parseId('list', id)).toBe(id.toLowerCase());
    expect(problemOf(() => parseId('list', '../../etc'))).toMatchObject({ code: 'not_found' });
  });
});
