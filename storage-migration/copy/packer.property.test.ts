import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_RECORD_OPERATIONS, MAX_TRANSACTION_BYTES, packNext, type Parcel } from './packer.ts';

const SEED = 20261126;
const UNIT = 10_240;

const parcel: fc.Arbitrary<Parcel> = fc.record({
  operations: fc.constantFrom(1, 1, 1, 2, 18),
  bytes: fc.oneof(fc.integer({ min: 60, max: 12_000 }), fc.integer({ min: 100_000, max: 240_000 })),
});

it('packs everything exactly once and in order, and no transaction over a limit', () => {
  fc.assert(
    fc.property(
      fc.array(parcel, { maxLength: 120 }),
      fc.integer({ min: 200, max: 2_000 }),
      fc.integer({ min: 0, max: 4 }),
      (parcels, overhead, taken) => {
        const packed: Parcel[][] = [];
        let rest: readonly Parcel[] = parcels;
        while (rest.length > 0) {
          const next = packNext(rest, { overhead, unitBytes: UNIT, operations: taken });
          expect(next).toBeGreaterThanOrEqual(1);
          packed.push(rest.slice(0, next));
          rest = rest.slice(next);
        }
        expect(packed.flat()).toEqual(parcels);
        for (const transaction of packed) {
          const operations = transaction.reduce((sum, one) => sum + one.operations, taken);
          const bytes = transaction.reduce((sum, one) => sum + one.bytes, overhead);
          // One that is too large by itself goes alone, to be refused by name.
          if (transaction.length === 1) continue;
          expect(operations).toBeLessThanOrEqual(MAX_RECORD_OPERATIONS);
          expect(bytes).toBeLessThanOrEqual(MAX_TRANSACTION_BYTES);
        }
      },
    ),
    { seed: SEED },
  );
});
