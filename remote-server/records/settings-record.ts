import { isDeepStrictEqual } from 'node:util';
import { defineRecord, type JsonObject } from 'crossgrade';
import { settingDocument } from '../../checklist/documents/setting-document.ts';
import { field, SETTINGS_TARGET } from '../../checklist/records/index.ts';

export interface SettingRow {
  readonly scope: string;
  readonly value: JsonObject;
}

/** One plain key-value item per scope of settings (`settings:site`, `settings:project-10000`). */
export const settingsRecord = defineRecord<SettingRow>({
  type: 'settings',
  target: SETTINGS_TARGET,
  encode: (row) => ({ ...settingDocument({ scope: row.scope, value: { ...row.value } as never }) }),
  source: {
    async load(client, tenant, scopes) {
      const found = await client.query<SettingRow>(
        'select scope, value from tenant_setting where tenant = $1 and scope = any($2)',
        [tenant, scopes],
      );
      return new Map(found.rows.map((row) => [row.scope, row]));
    },
    compare(row, stored) {
      const wrong: string[] = [];
      if (field(stored, 'scope') !== row.scope) wrong.push('scope');
      if (!isDeepStrictEqual(field(stored, 'value'), row.value)) wrong.push('value');
      return wrong;
    },
    async write(client, tenant, scope, stored) {
      if (stored === undefined) {
        await client.query('delete from tenant_setting where tenant = $1 and scope = $2', [
          tenant,
          scope,
        ]);
        return;
      }
      await client.query(
        `insert into tenant_setting (tenant, scope, value, updated_at) values ($1, $2, $3, now())
         on conflict (tenant, scope) do update set value = excluded.value, updated_at = now()`,
        [tenant, scope, JSON.stringify(field(stored, 'value') ?? {})],
      );
    },
  },
});
