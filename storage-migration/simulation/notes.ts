import { defineGroup, defineRecord, type GroupDefinition } from '../record/define-record.ts';
import type { Json } from '../terms.ts';
import type { Value } from './history.ts';

const source = {
  load: () => Promise.reject(new Error('the simulation reads its own rows')),
  compare: (row: Value, stored: Json) =>
    JSON.stringify(row) === JSON.stringify(stored) ? [] : ['value'],
  write: () => Promise.reject(new Error('the simulation writes its own rows')),
};

/** What moves in the simulation: one type of each target. */
export const NOTES: GroupDefinition = defineGroup({
  group: 'notes',
  mapping: 1,
  records: [
    defineRecord<Value>({ type: 'note', target: { kind: 'kvs' }, encode, source }),
    defineRecord<Value>({
      type: 'card',
      target: { kind: 'entity', entity: 'card', attributes: { m: 'string', p: 'string' } },
      encode,
      source,
    }),
  ],
});

function encode({ m, p }: Value): Json {
  return { m, p };
}
