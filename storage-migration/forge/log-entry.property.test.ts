import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LayerError } from '../errors.ts';
import { formatLogEntry, parseLogEntry, type LogEntry } from './log-entry.ts';

const SEED = 20261126;
const count = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const entry: fc.Arbitrary<LogEntry> = fc.record(
  {
    records: fc.array(
      fc.record({ key: fc.string({ unit: 'binary' }), version: fc.record({ e: count, n: count }) }),
      { maxLength: 6 },
    ),
    mutation: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['records'] },
);

describe('a log entry', () => {
  it('comes back from what is stored, with every record that it names', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const stored: unknown = JSON.parse(JSON.stringify(formatLogEntry(one)));
        expect(parseLogEntry(stored, 'l:g:0:1')).toEqual(one);
      }),
      { seed: SEED },
    );
  });

  it('is found in no garbage, and that is said by one code', () => {
    const record = fc.tuple(fc.string(), count, count);
    const broken = fc.oneof(
      fc
        .anything()
        .filter((value) => typeof value !== 'object' || value === null || !('r' in value)),
      fc.tuple(fc.array(record), fc.constantFrom<unknown>(1, null, [])).map(([r, m]) => ({ r, m })),
      record.map(([key, e, n]) => ({ r: [[key, e]], m: String(n) })),
      record.map(([key, e, n]) => ({ r: [[key, e + 0.5, n]] })),
      record.map(([key, e, n]) => ({ r: [[e, key, n]] })),
    );
    fc.assert(
      fc.property(broken, (value) => {
        expect(() => parseLogEntry(value, 'l:g:0:1')).toThrow(LayerError);
        expect(() => parseLogEntry(value, 'l:g:0:1')).toThrow(
          expect.objectContaining({ code: 'log.malformed' }),
        );
      }),
      { seed: SEED },
    );
  });
});
