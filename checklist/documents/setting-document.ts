import * as z from 'zod';
import type { Setting } from '../settings.ts';
import { settingScopeSchema } from '../settings.ts';

/** A setting as it is kept at Atlassian, one plain key-value item per scope. Any JSON fits there, null inside included. */
export const settingDocumentSchema = z.strictObject({
  scope: settingScopeSchema,
  value: z.record(z.string(), z.json()),
});
export type SettingDocument = z.infer<typeof settingDocumentSchema>;

/** The document of a setting. */
export function settingDocument(setting: Setting): SettingDocument {
  return { scope: setting.scope, value: setting.value };
}

/** The setting a document tells of. Throws zod's error when it is no such document. */
export function settingFromDocument(document: unknown): Setting {
  return settingDocumentSchema.parse(document);
}
