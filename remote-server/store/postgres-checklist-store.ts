import { sql } from 'kysely';
import type { ChecklistStore, Lock } from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { withRetry } from '../database/with-retry.ts';
import { createChecklistReader } from './checklist-reader.ts';
import { createChecklistUnit } from './checklist-unit.ts';
import { placeColumns, placeOf } from './place.ts';

/** What happens outside the transaction of a change. */
export interface StoreHooks {
  /** Called after each commit that may have written. Must not throw. */
  readonly committed: (tenant: string) => void;
}

/** Postgres is not the authority now, so nothing was read or written. Never leaves the stores. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}

/**
 * One tenant's checklists in Postgres. Every change is one transaction under the lock it names; after a deadlock it runs
 * again. No statement reaches a row of another tenant. A change throws `NotHere` when the gate was closed at its first
 * statement; one that closes later makes its first write fail with SQLSTATE 55006.
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
          if (!(await take(trx, tenant, lock))) throw new NotHere();
          return work(createChecklistUnit(trx, tenant));
        }),
      );
      hooks.committed(tenant);
      return result;
    },
  };
}

/**
 * Takes the lock and tells whether Postgres was the authority, in one statement. A list is locked by its row, so that a
 * change inside it waits for its deletion and the other way round. The other locks have no row that always exists; they are
 * advisory, released at the end of the transaction. Two numbers, so that they cannot meet the one-number locks of
 * crossgrade; a collision of hashes only makes two strangers wait for each other.
 */
export async function take(trx: Database, tenant: string, lock: Lock): Promise<boolean> {
  const { rows } =
    lock.on === 'list'
      ? await sql`
          with locked as materialized (
            select id from checklist where tenant = ${tenant} and id = ${lock.listId} for update)
          select ${placeColumns(tenant)}, (select count(*) from locked)`.execute(trx)
      : await sql`
          select ${placeColumns(tenant)},
            pg_advisory_xact_lock(${KINDS[lock.on]}::int, hashtext(${JSON.stringify([tenant, nameOf(lock)])}))`.execute(
          trx,
        );
  return placeOf(rows[0]) === 'postgres';
}

const KINDS = { issue: 1, project: 2, template: 3, setting: 4 } as const;

/** What tells locks of one kind apart. */
export function nameOf(lock: Lock): string {
  switch (lock.on) {
    case 'list':
      return lock.listId;
    case 'issue':
      return lock.issueId;
    case 'project':
      return lock.projectId;
    case 'template':
      return lock.templateId;
    case 'setting':
      return lock.scope;
  }
}
