import type { Pool } from 'pg';
import { decodeKey, LayerError } from 'crossgrade';
import type { ListContext } from 'crossgrade/live';
import type { ChecklistStore } from '../../checklist/index.ts';
import { inLanes } from '../../checklist/records/index.ts';
import { checklists } from '../records/index.ts';

const PAGE = 200;

/**
 * The same pages as the export from Postgres, while Postgres is not the authority. Which records there are is told by both
 * sides together (Postgres' versions, which are behind, and a scan of Forge, which lags); what each says is read where it
 * lives. A record made in the last seconds may be known to neither yet. A side that does not answer ends the export.
 */
export function pagesFromElsewhere(
  pool: Pool,
  tenant: string,
  context: ListContext,
  store: ChecklistStore,
) {
  async function* pages(
    type: string,
    read: (id: string) => Promise<unknown>,
  ): AsyncGenerator<unknown[]> {
    const seen = new Set<string>();
    for await (const keys of keysOf(pool, tenant, context, type)) {
      const fresh = keys.filter((key) => !seen.has(key));
      for (const key of fresh) seen.add(key);
      const found = await inLanes(fresh, (key) => read(key.slice(type.length + 1)));
      yield found.filter((each) => each !== undefined);
    }
  }
  return {
    lists: pages('list', (id) => store.list(id)),
    templates: pages('template', (id) => store.template(id)),
    settings: pages('settings', async (scope) => {
      const value = await store.setting(scope);
      return value === undefined ? undefined : { scope, value };
    }),
  };
}

async function* keysOf(
  pool: Pool,
  tenant: string,
  context: ListContext,
  type: string,
): AsyncGenerator<string[]> {
  for (let after = `${type}:`; ;) {
    const found = await pool.query<{ key: string }>(
      `select key from mig_ver where tenant = $1 and grp = $2 and not deleted
         and key > $3 and starts_with(key, $4) order by key limit $5`,
      [tenant, checklists.group, after, `${type}:`, PAGE],
    );
    if (found.rows.length === 0) break;
    yield found.rows.map(({ key }) => key);
    after = found.rows.at(-1)?.key ?? after;
  }
  const target = checklists.records.get(type)?.target;
  const entity = target?.kind === 'entity' ? target.entity : undefined;
  for (let cursor: string | undefined; ;) {
    await context.units.take({ kind: 'read', units: 1, priority: 'push' });
    const reply = await context.carrier.scan(entity, cursor);
    if (reply.kind !== 'ok') {
      throw new LayerError('target.unreachable', `the records can not be listed: ${reply.kind}`);
    }
    const keys = reply.value.items.map(({ key }) => decodeKey(key) ?? '');
    yield keys.filter((key) => key.startsWith(`${type}:`));
    if (reply.value.cursor === undefined || reply.value.cursor === cursor) return;
    cursor = reply.value.cursor;
  }
}
