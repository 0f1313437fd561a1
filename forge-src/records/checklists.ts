import { defineGroup, defineRecord, type RecordDefinition, type RecordSource } from 'crossgrade';
import type { List, SettingValue, Template } from '../../checklist/index.ts';
import {
  LIST_TARGET,
  listValue,
  RECORD_GROUP,
  RECORD_MAPPING,
  SETTINGS_TARGET,
  settingValue,
  TEMPLATE_TARGET,
  templateValue,
} from '../../checklist/records/index.ts';

/** A function never reads rows: what it knows comes from Forge or from the server's API. */
function none<Row>(): RecordSource<Row> {
  return {
    load: () => Promise.reject(new Error('a function has no database')),
    compare: () => ['a function has no database'],
  };
}

/** The group of records as functions know it: the same targets as on the server, and no way to Postgres. */
export const checklists = defineGroup({
  group: RECORD_GROUP,
  mapping: RECORD_MAPPING,
  records: [
    defineRecord<List>({ type: 'list', target: LIST_TARGET, encode: listValue, source: none() }),
    defineRecord<Template>({
      ...{ type: 'template', target: TEMPLATE_TARGET, encode: templateValue, source: none() },
    }),
    defineRecord<{ scope: string; value: SettingValue }>({
      ...{ type: 'settings', target: SETTINGS_TARGET, source: none() },
      encode: ({ scope, value }) => settingValue(scope, value),
    }),
  ] as readonly RecordDefinition[],
});
