import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byRank, ranksAtEnd } from '../rank.ts';
import type { List, Template } from '../wire.ts';
import { listDocument, listFromDocument } from './list-document.ts';
import { settingDocument, settingFromDocument } from './setting-document.ts';
import { templateDocument, templateFromDocument } from './template-document.ts';

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((s) => s.trim() !== '');
const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
const iso = time.map((date) => date.toISOString());
const rank = fc.constantFrom(...ranksAtEnd([], 20));
const items = fc
  .array(fc.record({ id: fc.uuid(), text, done: fc.boolean(), mandatory: fc.boolean(), rank }), {
    maxLength: 8,
  })
  .map((rows) => rows.sort(byRank));
const origin = fc.oneof(
  fc.constant({ templateId: null, templateRevision: null }),
  fc.record({ templateId: fc.uuid(), templateRevision: fc.integer({ min: 1, max: 9999 }) }),
);
const list: fc.Arbitrary<List> = fc
  .tuple(
    fc.record({
      id: fc.uuid(),
      issueId: fc.constant('10001'),
      projectId: fc.constant('10000'),
      name: text,
      rank,
      items,
      createdAt: iso,
      updatedAt: iso,
    }),
    origin,
  )
  .map(([fields, from]) => ({ ...fields, ...from }));

/** JSON that `settingValueSchema` lets through. */
const storable = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__":'));

/** What Forge's entities refuse: null anywhere, and text without a visible character. */
function refusals(value: unknown): string[] {
  if (value === null) return ['null'];
  if (typeof value === 'string') return value.trim() === '' ? ['blank'] : [];
  if (typeof value === 'object') return Object.values(value).flatMap(refusals);
  return value === undefined ? ['undefined'] : [];
}

describe('documents', () => {
  it('give a list back as it was, through JSON', () => {
    fc.assert(
      fc.property(list, (given) => {
        const stored: unknown = JSON.parse(JSON.stringify(listDocument(given)));
        expect(listFromDocument(stored)).toEqual(given);
      }),
    );
  });

  it('hold nothing that an entity refuses, and do not depend on the order rows were read in', () => {
    fc.assert(
      fc.property(list, (given) => {
        const document = listDocument(given);
        expect(refusals(document)).toEqual([]);
        const shuffled = { ...given, items: [...given.items].reverse() };
        expect(JSON.stringify(listDocument(shuffled))).toBe(JSON.stringify(document));
      }),
    );
  });

  it('give a template and a setting back as they were', () => {
    fc.assert(
      fc.property(list, storable, (given, value) => {
        const { id, projectId, name, createdAt, updatedAt } = given;
        const lines = given.items.map((item) => ({
          id: item.id,
          text: item.text,
          mandatory: item.mandatory,
          rank: item.rank,
        }));
        const template: Template = {
          id,
          projectId,
          name,
          revision: 3,
          items: lines,
          createdAt,
          updatedAt,
        };
        expect(templateFromDocument(templateDocument(template))).toEqual(template);
        const json: unknown = JSON.parse(JSON.stringify({ scope: 'site', value: { value } }));
        const setting = settingFromDocument(json);
        expect(settingDocument(setting)).toEqual(json);
      }),
    );
  });

  it('refuse what is no such document, instead of answering an empty list', () => {
    expect(() => listFromDocument({})).toThrow();
    expect(() => listFromDocument(undefined)).toThrow();
    const document = { ...listDocument(fc.sample(list, { numRuns: 1, seed: 7 })[0]!), extra: 1 };
    expect(() => listFromDocument(document)).toThrow();
  });
});
