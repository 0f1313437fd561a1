import type { PutSettingBody } from '../requests.ts';
import type { Supplies } from '../scope.ts';
import type { Setting } from '../settings.ts';
import type { ChecklistStore } from '../store.ts';

/**
 * Replaces the setting of a scope (`site` when left out). Whether the caller may do that is for the border to know: it needs
 * Jira's word that the person is an administrator.
 */
export async function putSetting(
  store: ChecklistStore,
  actor: string | null,
  body: PutSettingBody,
  supplies: Supplies,
): Promise<Setting> {
  const at = supplies.now().toISOString();
  const scope = body.scope ?? 'site';
  return store.change({ on: 'setting', scope }, async (unit) => {
    await unit.putSetting(scope, body.value, at);
    await unit.record({
      action: 'setting_changed',
      issueId: null,
      listId: null,
      itemId: null,
      actor,
      detail: { scope },
      at,
    });
    return { scope, value: body.value };
  });
}
