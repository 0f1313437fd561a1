import type { Pool } from 'pg';
import type { ChecklistStore } from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { RemoteError } from '../errors/remote-error.ts';
import type { ForgeTargets } from '../forge/forge-targets.ts';
import { itemsOfLists, itemsOfTemplates } from '../store/checklist-reader.ts';
import { createPlacedReader } from '../store/placed-reader.ts';
import { toLists, toTemplates } from '../store/rows.ts';
import { pagesFromElsewhere } from './export-elsewhere.ts';

const PAGE = 500;

export interface ExportParts {
  readonly db: Database;
  readonly pool: Pool;
  readonly targets: ForgeTargets;
  readonly storeOf: (tenant: string) => ChecklistStore;
}

/**
 * Everything a tenant has stored, as the text of one JSON object, in pieces: nothing is held in memory beyond one page of
 * records. Each record is as it was when its page was read; the whole is no snapshot. Ends with the counts, so that a
 * download that broke off can be told from a complete one.
 */
export async function* exportTenant(
  { db, pool, targets, storeOf }: ExportParts,
  tenant: string,
  at: Date,
): AsyncGenerator<string> {
  const pages = await pagesNow({ db, pool, targets, storeOf }, tenant);
  yield `{"app":"tally","format":1,"exportedAt":${JSON.stringify(at.toISOString())}`;
  const counts: Record<string, number> = {};
  const parts = {
    ...pages,
    history: pagesOfHistory(pool, tenant),
  };
  for (const [name, pages] of Object.entries(parts)) {
    let count = 0;
    yield `,${JSON.stringify(name)}:[`;
    for await (const page of pages) {
      yield page.map((each) => `${count++ === 0 ? '' : ','}\n${JSON.stringify(each)}`).join('');
    }
    yield ']';
    counts[name] = count;
  }
  yield `,"counts":${JSON.stringify(counts)}}\n`;
}

/** Chosen once: a download that a hand-over overtakes is of the side it began at, or breaks off. */
async function pagesNow({ db, pool, targets, storeOf }: ExportParts, tenant: string) {
  const { place } = await createPlacedReader(db, tenant).setting('site');
  if (place === 'postgres') {
    return {
      lists: pagesOfLists(db, tenant),
      templates: pagesOfTemplates(db, tenant),
      settings: pagesOfSettings(db, tenant),
    };
  }
  const target = place === 'forge' ? await targets.of(tenant) : undefined;
  if (target === undefined) {
    throw new RemoteError('handover_in_progress', 'This data is being handed over right now.', {
      next: 'Try again in a few seconds.',
    });
  }
  return pagesFromElsewhere(pool, tenant, target.context, storeOf(tenant));
}

async function* pagesOfLists(db: Database, tenant: string): AsyncGenerator<unknown[]> {
  for (let after = ''; ;) {
    let query = db.selectFrom('checklist').selectAll().where('tenant', '=', tenant);
    if (after !== '') query = query.where('id', '>', after);
    const rows = await query.orderBy('id').limit(PAGE).execute();
    if (rows.length === 0) return;
    const ids = rows.map((row) => row.id);
    yield toLists(rows, await itemsOfLists(db, tenant, ids));
    after = ids.at(-1) ?? after;
  }
}

async function* pagesOfTemplates(db: Database, tenant: string): AsyncGenerator<unknown[]> {
  for (let after = ''; ;) {
    let query = db.selectFrom('template').selectAll().where('tenant', '=', tenant);
    if (after !== '') query = query.where('id', '>', after);
    const rows = await query.orderBy('id').limit(PAGE).execute();
    if (rows.length === 0) return;
    const ids = rows.map((row) => row.id);
    yield toTemplates(rows, await itemsOfTemplates(db, tenant, ids));
    after = ids.at(-1) ?? after;
  }
}

async function* pagesOfSettings(db: Database, tenant: string): AsyncGenerator<unknown[]> {
  yield await db
    .selectFrom('tenant_setting')
    .select(['scope', 'value'])
    .where('tenant', '=', tenant)
    .orderBy('scope')
    .execute();
}

async function* pagesOfHistory(pool: Pool, tenant: string): AsyncGenerator<unknown[]> {
  for (let after = '0'; ;) {
    const page = await pool.query<{ id: string }>(
      `select id, issue_id as "issueId", checklist_id as "listId", item_id as "itemId", actor, action, detail, at
         from history where tenant = $1 and id > $2 order by id limit $3`,
      [tenant, after, PAGE * 4],
    );
    if (page.rows.length === 0) return;
    yield page.rows;
    after = page.rows.at(-1)?.id ?? after;
  }
}
