import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { progressOf } from './progress.ts';

const item = fc.record({
  id: fc.uuid(),
  text: fc.constant('a'),
  done: fc.boolean(),
  mandatory: fc.boolean(),
  rank: fc.constant('a0'),
});
const lists = fc.array(fc.record({ items: fc.array(item, { maxLength: 6 }) }), { maxLength: 5 });

it('counts every item once, however the items are spread over lists', () => {
  fc.assert(
    fc.property(lists, (given) => {
      const all = given.flatMap(({ items }) => items);
      expect(progressOf(given)).toEqual({
        done: all.filter(({ done }) => done).length,
        total: all.length,
        required: all.filter(({ mandatory }) => mandatory).length,
        openRequired: all.filter(({ done, mandatory }) => mandatory && !done).length,
      });
      expect(progressOf([{ items: all }])).toEqual(progressOf(given));
    }),
  );
});
