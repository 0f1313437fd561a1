import { defineGroup } from 'crossgrade';
import { listRecord } from './list-record.ts';
import { settingsRecord } from './settings-record.ts';
import { templateRecord } from './template-record.ts';

/** Everything of Tally that moves, together. Raise `mapping` whenever what is stored in Forge changes. */
export const checklists = defineGroup({
  group: 'checklists',
  mapping: 1,
  records: [listRecord, templateRecord, settingsRecord],
});
