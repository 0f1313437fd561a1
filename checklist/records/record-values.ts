import { listDocument, listFromDocument } from '../documents/list-document.ts';
import { settingDocument, settingFromDocument } from '../documents/setting-document.ts';
import { templateDocument, templateFromDocument } from '../documents/template-document.ts';
import type { SettingValue } from '../settings.ts';
import type { List, Template } from '../wire.ts';
import { field, type RecordJson } from './record-json.ts';

/*
 * Records as they stand in Forge, made from and read as what the use cases know. The server's copying goes through the same
 * functions (`encode` in remote-server/records); what checks the copy (`compare` there) is written apart from them.
 */

export const listKey = (id: string): string => `list:${id}`;
export const templateKey = (id: string): string => `template:${id}`;
export const settingKey = (scope: string): string => `settings:${scope}`;

export function listValue(list: List): RecordJson {
  return { issue: list.issueId, rank: list.rank, doc: listDocument(list) };
}

/** Undefined for a record that does not exist. Throws when it is no list: it never becomes an empty one. */
export function listOf(value: RecordJson | undefined): List | undefined {
  return value === undefined ? undefined : listFromDocument(field(value, 'doc'));
}

export function templateValue(template: Template): RecordJson {
  const doc = templateDocument(template);
  return { project: template.projectId, rank: template.createdAt, doc };
}

export function templateOf(value: RecordJson | undefined): Template | undefined {
  return value === undefined ? undefined : templateFromDocument(field(value, 'doc'));
}

export function settingValueOf(value: RecordJson | undefined): SettingValue | undefined {
  return value === undefined ? undefined : settingFromDocument(value).value;
}

export function settingValue(scope: string, value: SettingValue): RecordJson {
  return { ...settingDocument({ scope, value }) };
}
