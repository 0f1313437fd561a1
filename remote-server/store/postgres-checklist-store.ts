import { sql } from 'kysely';
import type { ChecklistStore, Lock } from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { withRetry } from '../database/with-retry.ts';
import { createChecklistReader } from './checklist-reader.ts';
import { createChecklistUnit } from './checklist-unit.ts';

/** What happens outside the transaction of a change. */
export interface StoreHooks {
  /** Called after each commit that may have written. Must not throw. */
  readonly committed: (tenant: string) => void;
}

/**
 * One tenant's checklists in Postgres. Every change is one transaction under the lock it names; after a deadlock it runs again.
 * No statement reaches a row of another tenant.
 */
export function createPostgresChecklistStore(
  db: Database,
  tenant: string,
  hooks: StoreHooks,
): ChecklistStore {
  return {
    ...createChecklistReader(db, tenant),
    async change(lock, work) {
      const result = await withRetry(() =>
        db.transaction().execute(async (trx) => {
          await take(trx, tenant, lock);
          return work(createChecklistUnit(trx, tenant));
        }),
      );
      hooks.committed(tenant);
      return result;
    },
  };
}

/**
 * A list is locked by its row, so that a change inside it waits for its deletion and the other way round. The other locks have
 * no row that always exists; they are advisory, released at the end of the transaction. Two numbers, so that they cannot meet
 * the one-number locks of crossgrade; a collision of hashes only makes two strangers wait for each other.
 */
async function take(trx: Database, tenant: string, lock: Lock): Promise<void> {
  switch (lock.on) {
    case 'list':
      await trx
        .selectFrom('checklist')
        .select('id')
        .where('tenant', '=', tenant)
        .where('id', '=', lock.listId)
        .forUpdate()
        .execute();
      return;
    case 'issue':
      return advise(trx, 1, tenant, lock.issueId);
    case 'project':
      return advise(trx, 2, tenant, lock.projectId);
    case 'template':
      return advise(trx, 3, tenant, lock.templateId);
    case 'setting':
      return advise(trx, 4, tenant, lock.scope);
  }
}

async function advise(trx: Database, kind: number, tenant: string, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${kind}::int, hashtext(${JSON.stringify([tenant, name])}))`.execute(
    trx,
  );
}
