import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { createNudge } from 'crossgrade/postgres';
import { editItem, type List } from '../checklist/index.ts';
import { createDatabase } from '../remote-server/database/create-database.ts';
import { createPostgresChecklistStore } from '../remote-server/store/postgres-checklist-store.ts';
import { TENANT } from './bench-tenant.ts';

/** A user on one connection of their own, so that the CPU of its server process can be read. */
export interface Writer {
  /** One tick after the other, each of another item. Returns the list as it was written. */
  write(): Promise<List>;
  /** Milliseconds that the connection's server process has run so far. NaN where the system does not tell. */
  cpuMs(): number;
}

/**
 * A writer for these lists: the app's own use case through the app's own store, nudge included. `own` must have one connection
 * and keep it; the nudge goes through `pool`, as it goes outside the user's transaction.
 */
export async function createWriter(
  pool: pg.Pool,
  own: pg.Pool,
  ids: readonly string[],
): Promise<Writer> {
  const nudge = createNudge(pool);
  const store = createPostgresChecklistStore(createDatabase(own), TENANT, {
    committed: (tenant) => nudge.nudge(tenant),
  });
  const lists: List[] = [];
  for (const id of ids) {
    const list = await store.list(id);
    if (list !== undefined) lists.push(list);
  }
  const { rows } = await own.query<{ pid: number }>('select pg_backend_pid() as pid');
  const supplies = { now: () => new Date(), newId: randomUUID };
  let turn = 0;
  return {
    cpuMs: () => cpuOf(rows[0]?.pid ?? 0),
    async write() {
      const list = lists[turn % lists.length];
      const items = list?.items ?? [];
      const item = items[Math.floor(turn / lists.length) % items.length];
      if (list === undefined || item === undefined) throw new Error('nothing was seeded');
      const isDone = Math.floor(turn / (lists.length * items.length)) % 2 === 0;
      turn += 1;
      const { issueId, projectId } = list;
      const scope = { issueId, projectId, actor: 'uma' };
      return editItem(store, scope, list.id, item.id, { done: isDone }, supplies);
    },
  };
}

/** From Linux's scheduler, which counts nanoseconds. */
function cpuOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}
