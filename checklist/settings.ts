import * as z from 'zod';
import { LIMITS, countCharacters, limitSentence } from './limits.ts';

/** A JSON object as settings are kept: unknown keys of later versions survive a round trip. */
export type SettingValue = Record<string, z.core.util.JSONType>;

/** Where a setting applies: the whole site, or one project. */
export const settingScopeSchema = z
  .string()
  .regex(/^(site|project-[0-9]{1,19})$/, 'The scope is "site" or "project-<id>".');

/** In JSON text: an escape of NUL or of half a surrogate pair; not a text that merely shows such an escape. */
const UNSTORABLE_TEXT = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Why a value cannot be kept exactly as it was sent, or null. zod itself would drop a key `__proto__` without a word. */
function unstorable(json: string): string | null {
  if (UNSTORABLE_TEXT.test(json)) return 'A text in it cannot be stored.';
  if (json.includes('"__proto__":')) return 'The key "__proto__" cannot be stored.';
  return null;
}

/** A setting's value as it is sent: a JSON object within the limit, storable on both sides without change. */
export const settingValueSchema: z.ZodType<SettingValue> = z
  .unknown()
  .superRefine((value, context) => {
    const json = value === undefined ? '' : JSON.stringify(value);
    const reason = unstorable(json);
    if (reason !== null) {
      context.addIssue({ code: 'custom', message: reason });
    } else if (countCharacters(json) > LIMITS.settingCharacters) {
      const params = { limit: 'settingCharacters' };
      context.addIssue({ code: 'custom', message: limitSentence('settingCharacters'), params });
    }
  })
  .pipe(z.record(z.string(), z.json()));

/** One stored setting, as `GET /api/settings` answers it. A scope nobody has set answers an empty object. */
export const settingSchema = z.object({
  scope: settingScopeSchema,
  value: z.record(z.string(), z.json()),
});
export interface Setting {
  readonly scope: string;
  readonly value: SettingValue;
}

/** What the panel reads out of the site's setting. Wrong or missing keys fall back, so an old panel survives a new value. */
export interface PanelSettings {
  /** Name offered for a new checklist. */
  readonly defaultListName: string;
  /** Whether the panel starts with finished items hidden. */
  readonly hideDone: boolean;
}

const panelSettingsSchema = z.object({
  defaultListName: z.string().trim().min(1).max(LIMITS.listNameCharacters).catch('Checklist'),
  hideDone: z.boolean().catch(false),
});

/** Reads the panel's settings; never throws. */
export function panelSettings(value: unknown): PanelSettings {
  const object = typeof value === 'object' && value !== null ? value : {};
  return panelSettingsSchema.parse(object);
}
