import { defineGroup, defineRecord, type GroupDefinition } from 'crossgrade';
import type { Slice, SliceReader } from 'crossgrade/copy';

export const BENCH_GROUP: GroupDefinition = defineGroup({
  group: 'bench',
  mapping: 1,
  records: [
    defineRecord<{ doc: string }>({
      type: 'list',
      target: {
        kind: 'entity',
        entity: 'tally-list',
        attributes: { issue: 'string', rank: 'string', doc: 'any' },
      },
      encode: ({ doc }) => ({ issue: '10001', rank: 'a0', doc }),
      source: { load: () => Promise.resolve(new Map()), compare: () => [] },
    }),
  ],
});

/**
 * Records that are made when they are asked for, evenly over the buckets, so that the source costs nothing and holds nothing.
 * Their sizes vary by a tenth around `bytes`, as real ones do.
 */
export function madeSource(records: number, buckets: number, bytes: number): SliceReader {
  const perBucket = Math.ceil(records / buckets);
  const text = 'x'.repeat(bytes * 2);
  return {
    after(bucket, cursor, limit): Promise<Slice> {
      const first = cursor.at === 'key' ? Number(cursor.key.split('-').at(-1)) + 1 : 0;
      const count = Math.max(0, Math.min(limit, perBucket - first));
      const rows = Array.from({ length: count }, (_, i) => {
        const index = first + i;
        const wobble = Math.round(bytes * 0.1 * Math.sin(index * 2.399));
        const id = `${String(bucket).padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`;
        return {
          key: `list:${id}`,
          slot: bucket,
          version: { e: 1, n: 1 },
          deleted: false,
          // The attributes beside the document take about 60 bytes of the value.
          row: { doc: text.slice(0, bytes + wobble - 60) },
        };
      });
      return Promise.resolve({ epoch: 1, rows, last: first + count >= perBucket });
    },
  };
}
