import { describe, expect, it } from '@jest/globals';
import { BACKFILL_RULES } from './backfill/backfill-model.ts';
import { ERASURE_RULES } from './erasure/erasure-state.ts';
import { FAILOVER_RULES } from './failover/failover-model.ts';
import { RULES } from './handover/rules.ts';
import { MUTANTS } from './mutants.ts';
import { PARTS_RULES } from './parts/parts-state.ts';
import { PASS_RULES } from './pass/pass-model.ts';
import { ROUND_RULES } from './round/round-model.ts';
import { WIPE_RULES } from './wipe/wipe-model.ts';

describe('the models of the protocol', () => {
  it('have at least 40 mutants, and one for every rule', () => {
    const names = MUTANTS.map(({ rule }) => rule).sort();
    const rules = [
      RULES,
      ERASURE_RULES,
      FAILOVER_RULES,
      ROUND_RULES,
      BACKFILL_RULES,
      WIPE_RULES,
      PASS_RULES,
      PARTS_RULES,
    ]
      .flatMap((all) => Object.keys(all))
      .sort();
    expect(names).toEqual(rules);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
  });

  it('have all mutants of the protocol page', () => {
    const ids = MUTANTS.map(({ id }) => id);
    const wanted = Array.from({ length: 20 }, (_, index) => `M${index + 1}`);
    expect(ids).toEqual(expect.arrayContaining(wanted));
  });

  it('notice a mutant by the shortest way there is', () => {
    const mutant = MUTANTS.find(({ id }) => id === 'M2');
    expect(mutant?.run().violation).toEqual({
      what: 'lost in Forge',
      trace: ['write(0)', 'close', 'flip(0)', 'flip.arrives(0)'],
    });
  });
});
