import type { Setting } from '../settings.ts';
import type { ChecklistReader } from '../store.ts';

/** The setting of a scope; an empty object when nobody has set it. */
export async function readSetting(reader: ChecklistReader, scope: string): Promise<Setting> {
  return { scope, value: (await reader.setting(scope)) ?? {} };
}
