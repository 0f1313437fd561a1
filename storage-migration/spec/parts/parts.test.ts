import { describe, expect, it } from '@jest/globals';
import { MUTANTS } from '../mutants.ts';

describe('the model of values in parts', () => {
  it('notices a sweep that does not compare the head by the shortest way there is', () => {
    const mutant = MUTANTS.find(({ rule }) => rule === 'sweepNamesSeq');
    expect(mutant?.run().violation).toEqual({
      what: 'a pointer without its parts',
      trace: [
        ...['readHead(0)', 'storePart(0)', 'storePart(0)', 'point(0)'],
        ...['sweep', 'apply(0)', 'delete.arrives'],
      ],
    });
  });
});
