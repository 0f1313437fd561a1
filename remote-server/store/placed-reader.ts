import { sql } from 'kysely';
import type { List, SettingValue, Template } from '../../checklist/index.ts';
import { settingSchema } from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { placeColumns, placeOf } from './place.ts';
import type { Place } from './place.ts';
import { itemsOfLists, itemsOfTemplates } from './checklist-reader.ts';
import { toLists, toTemplates } from './rows.ts';

/** What Postgres holds, with where the data was at that moment. At `postgres` it is current, otherwise a copy. */
export interface Placed<T> {
  readonly place: Place;
  readonly held: T;
}

/** A tenant's rows in Postgres for an answer, each read in the statement that also tells whether they are current. */
export interface PlacedReader {
  listsOfIssue(issueId: string): Promise<Placed<List[]>>;
  templatesOfProject(projectId: string): Promise<Placed<Template[]>>;
  list(listId: string): Promise<Placed<List | undefined>>;
  template(templateId: string): Promise<Placed<Template | undefined>>;
  setting(scope: string): Promise<Placed<SettingValue | undefined>>;
}

/** Makes the reader. The place costs no round trip: it is a column of the statement that reads the rows. */
export function createPlacedReader(db: Database, tenant: string): PlacedReader {
  const lists = async (column: 'issue_id' | 'id', value: string): Promise<Placed<List[]>> => {
    const { rows } = await sql<{ id: string | null }>`
      select ${placeColumns(tenant)}, c.*
      from (select 1) as one
      left join checklist c on c.tenant = ${tenant} and c.${sql.ref(column)} = ${value}
      order by c.rank, c.id`.execute(db);
    const found = rows.filter((row) => row.id !== null);
    const ids = found.map((row) => row.id ?? '');
    const items = await itemsOfLists(db, tenant, ids);
    return { place: placeOf(rows[0]), held: toLists(found, items) };
  };

  const templates = async (
    column: 'project_id' | 'id',
    value: string,
  ): Promise<Placed<Template[]>> => {
    const { rows } = await sql<{ id: string | null }>`
      select ${placeColumns(tenant)}, t.*
      from (select 1) as one
      left join template t on t.tenant = ${tenant} and t.${sql.ref(column)} = ${value}
      order by t.name, t.id`.execute(db);
    const found = rows.filter((row) => row.id !== null);
    const ids = found.map((row) => row.id ?? '');
    const items = await itemsOfTemplates(db, tenant, ids);
    return { place: placeOf(rows[0]), held: toTemplates(found, items) };
  };

  return {
    listsOfIssue: (issueId) => lists('issue_id', issueId),
    templatesOfProject: (projectId) => templates('project_id', projectId),
    async list(listId) {
      const { place, held } = await lists('id', listId);
      return { place, held: held[0] };
    },
    async template(templateId) {
      const { place, held } = await templates('id', templateId);
      return { place, held: held[0] };
    },
    async setting(scope) {
      const { rows } = await sql<{ scope: string | null }>`
        select ${placeColumns(tenant)}, s.scope, s.value
        from (select 1) as one
        left join tenant_setting s on s.tenant = ${tenant} and s.scope = ${scope}`.execute(db);
      const row = rows[0];
      const isSet = row !== undefined && row.scope !== null;
      return { place: placeOf(row), held: isSet ? settingSchema.parse(row).value : undefined };
    },
  };
}
