import { defineGroup, defineRecord, type GroupDefinition } from '../record/define-record.ts';
import type { Json } from '../terms.ts';
import type { Value } from './history.ts';

/** Bytes from which a value lies in parts: little, so that small values do. */
const VALUE_BYTES = 400;
const TEXT = 'lorem ipsum '.repeat(45);

const source = {
  load: () => Promise.reject(new Error('the simulation reads its own rows')),
  compare: (row: Value, stored: Json) =>
    JSON.stringify(storedValue(row)) === JSON.stringify(stored) ? [] : ['value'],
  write: () => Promise.reject(new Error('the simulation writes its own rows')),
};

/** What moves in the simulation: one type of each target. */
export const NOTES: GroupDefinition = defineGroup({
  group: 'notes',
  mapping: 1,
  valueBytes: VALUE_BYTES,
  records: [
    defineRecord<Value>({ type: 'note', target: { kind: 'kvs' }, encode: storedValue, source }),
    defineRecord<Value>({
      type: 'card',
      target: {
        ...{ kind: 'entity', entity: 'card' },
        attributes: { m: 'string', p: 'string', x: 'any' },
      },
      encode: storedValue,
      source,
    }),
  ],
});

/** A value as it is stored. Every third change makes one that is too large for one item: it lies in parts. */
export function storedValue({ m, p }: Value): Json {
  let sum = 0;
  for (const letter of m) sum += letter.charCodeAt(0);
  return sum % 3 === 0 ? { m, p, x: { text: TEXT } } : { m, p };
}
