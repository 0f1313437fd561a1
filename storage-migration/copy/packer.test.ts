import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  MAX_RECORD_OPERATIONS,
  MAX_TRANSACTION_BYTES,
  packNext,
  unitsOf,
  type Parcel,
} from './packer.ts';

const SEED = 20261125;
const options = { overhead: 700, unitBytes: 10_000 };
const parcel = fc.record({
  operations: fc.constantFrom(1, 2, 18),
  bytes: fc.integer({ min: 60, max: 250_000 }),
});

describe('packing to quota units', () => {
  it('always takes something, in order, and never breaks a limit of a transaction', () => {
    fc.assert(
      fc.property(fc.array(parcel, { minLength: 1, maxLength: 60 }), (parcels) => {
        const count = packNext(parcels, options);
        expect(count).toBeGreaterThanOrEqual(1);
        const taken = parcels.slice(0, count);
        const operations = taken.reduce((sum, each) => sum + each.operations, 0);
        const bytes = taken.reduce((sum, each) => sum + each.bytes, options.overhead);
        expect(operations).toBeLessThanOrEqual(MAX_RECORD_OPERATIONS);
        if (count > 1) expect(bytes).toBeLessThanOrEqual(MAX_TRANSACTION_BYTES);
      }),
      { seed: SEED },
    );
  });

  it('is never worse than always taking as many as fit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 9_000 }), (bytes) => {
        const parcels: Parcel[] = Array.from({ length: 400 }, () => ({ operations: 1, bytes }));
        const cost = (take: (left: Parcel[]) => number): number => {
          let units = 0;
          for (let left = parcels; left.length > 0;) {
            const count = take(left);
            units += unitsOf(count * bytes + options.overhead, options.unitBytes);
            left = left.slice(count);
          }
          return units;
        };
        const packed = cost((left) => packNext(left, options));
        const naive = cost((left) => Math.min(left.length, MAX_RECORD_OPERATIONS));
        expect(packed).toBeLessThanOrEqual(naive * 1.02 + 1);
      }),
      { seed: SEED },
    );
  });
});
