import { defineGroup } from 'crossgrade';
import { RECORD_GROUP, RECORD_MAPPING } from '../../checklist/records/index.ts';
import { listRecord } from './list-record.ts';
import { settingsRecord } from './settings-record.ts';
import { templateRecord } from './template-record.ts';

/** Everything of Tally that moves, together. */
export const checklists = defineGroup({
  group: RECORD_GROUP,
  mapping: RECORD_MAPPING,
  records: [listRecord, templateRecord, settingsRecord],
});
