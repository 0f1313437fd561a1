import type { Pool } from 'pg';

/**
 * Keys that Postgres knows of while Forge is the authority. Its copy is behind, so it proves nothing; but it knows of
 * records that a query of Forge does not show yet.
 */
export interface KnownKeys {
  /** Lists of the issue that the copy holds, or that the history of the last minutes names. */
  listIds(issueId: string): Promise<readonly string[]>;
  /** Lists of the issue that somebody changed in the last seconds through any process of the remote. */
  justTouched(issueId: string): Promise<readonly string[]>;
  templateIds(projectId: string): Promise<readonly string[]>;
  /** Whether an item with one of these ids is in the copy, in another list (or template). */
  isClaimed(of: 'list' | 'template', ids: readonly string[], ownerId: string): Promise<boolean>;
}

/** Entries of an issue's history that are looked through. */
const ENTRIES = 50;

/** Makes it for one tenant. */
export function createKnownKeys(pool: Pool, tenant: string): KnownKeys {
  const ids = async (text: string, values: readonly unknown[]): Promise<string[]> => {
    const found = await pool.query<{ id: string }>(text, [tenant, ...values]);
    return found.rows.map(({ id }) => id);
  };
  return {
    listIds: (issueId) =>
      ids(
        `select id from checklist where tenant = $1 and issue_id = $2
         union select checklist_id from (
           select checklist_id, at from history where tenant = $1 and issue_id = $2
           order by id desc limit ${ENTRIES}) h
         where checklist_id is not null and at > now() - interval '5 minutes'`,
        [issueId],
      ),
    justTouched: (issueId) =>
      ids(
        `select distinct checklist_id as id from (
           select checklist_id, at from history where tenant = $1 and issue_id = $2
           order by id desc limit ${ENTRIES}) h
         where checklist_id is not null and at > now() - interval '10 seconds'`,
        [issueId],
      ),
    templateIds: (projectId) =>
      ids('select id from template where tenant = $1 and project_id = $2', [projectId]),
    async isClaimed(of, itemIds, ownerId) {
      const found = await pool.query<{ claimed: boolean }>(
        of === 'list'
          ? `select exists (select 1 from checklist_item
               where tenant = $1 and id = any($2::uuid[]) and checklist_id <> $3) as claimed`
          : `select exists (select 1 from template_item
               where tenant = $1 and id = any($2::uuid[]) and template_id <> $3) as claimed`,
        [tenant, itemIds, ownerId],
      );
      return found.rows[0]?.claimed === true;
    },
  };
}
