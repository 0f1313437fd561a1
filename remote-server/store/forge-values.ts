import type { Json } from 'crossgrade';
import {
  listDocument,
  listFromDocument,
  settingDocument,
  settingFromDocument,
  templateDocument,
  templateFromDocument,
} from '../../checklist/index.ts';
import type { List, SettingValue, Template } from '../../checklist/index.ts';
import { field } from '../records/stored-value.ts';

/*
 * Records as they stand in Forge, made from and read as what the use cases know. The same form as `encode` in
 * remote-server/records makes from rows; a test holds the two together.
 */

export const listKey = (id: string): string => `list:${id}`;
export const templateKey = (id: string): string => `template:${id}`;
export const settingKey = (scope: string): string => `settings:${scope}`;

export function listValue(list: List): Json {
  return { issue: list.issueId, rank: list.rank, doc: listDocument(list) };
}

/** Undefined for a record that does not exist. Throws when it is no list: it never becomes an empty one. */
export function listOf(value: Json | undefined): List | undefined {
  return value === undefined ? undefined : listFromDocument(field(value, 'doc'));
}

export function templateValue(template: Template): Json {
  const doc = templateDocument(template);
  return { project: template.projectId, rank: template.createdAt, doc };
}

export function templateOf(value: Json | undefined): Template | undefined {
  return value === undefined ? undefined : templateFromDocument(field(value, 'doc'));
}

export function settingValueOf(value: Json | undefined): SettingValue | undefined {
  return value === undefined ? undefined : settingFromDocument(value).value;
}

export function settingValue(scope: string, value: SettingValue): Json {
  return { ...settingDocument({ scope, value }) };
}
