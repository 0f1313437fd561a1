import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { checklists } from '../../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { setCondition } from '../stage.ts';
import { inTransaction } from '../transaction.ts';
import { applyReverse } from './apply-reverse.ts';
import { closeGate, openGate, readGate } from './gate.ts';

const TENANT = 'gated';
const SCOPE = { tenant: TENANT, group: 'checklists' };
const CLOSED = '55006';
const WRITERS = 6;
const OPEN_MS = 30;
/** A writer gives up after so many transactions, so that a starved close ends the test as well. */
const MOST = 200;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const INSERT = `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
  values ($1, gen_random_uuid(), '1', '1', $2, 'a', now(), now())`;
const UPDATE = 'update checklist set updated_at = now() where tenant = $1 and name = $2';

/** Writes in transactions that stay open for a while, one after the other, until the gate is closed. Returns how many. */
async function write(sql: string, name: string): Promise<number> {
  for (let written = 0; written < MOST; written += 1) {
    try {
      await inTransaction(database.pool, async (client) => {
        await client.query(sql, [TENANT, name]);
        await sleep(OPEN_MS);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === CLOSED) return written;
      throw error;
    }
  }
  return MOST;
}

describe('the gate', () => {
  // A new record and a change of one that is there pass the gate in different statements.
  it.each([
    ['make records', INSERT],
    ['change them', UPDATE],
  ])(
    'is closed although writers who %s overlap without a pause',
    async (_, sql) => {
      const names = Array.from({ length: WRITERS }, (_, n) => `n${n}`);
      for (const name of names) await database.pool.query(INSERT, [TENANT, name]);
      const { epoch } = await readGate(database.pool, SCOPE);
      // One after the other: together they would also all pause together.
      const writers = names.map(async (name, n) => {
        await sleep((n * OPEN_MS) / WRITERS);
        return write(sql, name);
      });
      await sleep(200);
      expect(await closeGate(database.pool, SCOPE, epoch, 10_000)).toBe(true);
      // All of them met the closed gate: it did not wait for their end, they waited for it.
      for (const written of await Promise.all(writers)) expect(written).toBeLessThan(MOST);
      expect(await openGate(database.pool, SCOPE, epoch + 1)).toBe(true);
    },
    60_000,
  );

  it('and the operator’s notes do not wait for a writer who has a transaction open', async () => {
    const { pool } = database;
    await inTransaction(pool, async (client) => {
      await client.query('update checklist set name = $2 where tenant = $1', [TENANT, 'open']);
      await inTransaction(pool, async (other) => {
        await other.query(`set local lock_timeout = '5s'`);
        await other.query('update mig_tenant set row_version = row_version + 1 where tenant = $1', [
          TENANT,
        ]);
      });
      await setCondition(pool, SCOPE, 'paused', 'a look', 'olga');
    });
  });

  it('lets nothing back in while it is open, so that a late batch never meets Postgres’ own writes', async () => {
    const { pool } = database;
    const value = {
      version: { e: 9, n: 9 },
      deleted: true,
      hash: 'a'.repeat(32),
      value: undefined,
    };
    const late = inTransaction(pool, (client) =>
      applyReverse(client, SCOPE, checklists, 0, 5, new Map([['list:x', value]])),
    );
    await expect(late).rejects.toThrow(/open/);
    const found = await pool.query(`select 1 from mig_ver where tenant = $1 and key = 'list:x'`, [
      TENANT,
    ]);
    expect(found.rowCount).toBe(0);
  });
});
