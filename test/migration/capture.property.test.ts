import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { CaptureModel, type Statement } from './support/capture-model.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_126);
const LISTS = 3;
const ITEMS = 5;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const statement = fc.record<Statement>({
  what: fc.constantFrom(
    ...(['insert list', 'update list', 'update list', 'delete list', 'insert item'] as const),
    ...(['update item', 'update item', 'update items', 'move item', 'delete item'] as const),
  ),
  list: fc.nat({ max: LISTS - 1 }),
  item: fc.nat({ max: ITEMS - 1 }),
});

/** Statements between which savepoints are set and rolled back. */
interface Transaction {
  readonly level: 'read committed' | 'repeatable read';
  readonly steps: readonly (Statement | 'savepoint' | 'roll back')[];
  readonly ends: 'commit' | 'rollback';
  /** What happens outside before the next one: everything acknowledged, or a new epoch. */
  readonly then: 'nothing' | 'acknowledged' | 'epoch';
}

const transaction = fc.record<Transaction>({
  level: fc.constantFrom('read committed', 'repeatable read'),
  steps: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: statement },
      { weight: 1, arbitrary: fc.constantFrom('savepoint' as const, 'roll back' as const) },
    ),
    { maxLength: 10, size: 'max' },
  ),
  ends: fc.constantFrom('commit', 'commit', 'commit', 'rollback'),
  then: fc.constantFrom('nothing', 'nothing', 'acknowledged', 'epoch'),
});

/** Begins with a list of three items and an empty one. */
const FILLED: Transaction = {
  level: 'read committed',
  steps: [
    { what: 'insert list', list: 0, item: 0 },
    { what: 'insert list', list: 1, item: 0 },
    ...[0, 1, 2].map((item): Statement => ({ what: 'insert item', list: 0, item })),
  ],
  ends: 'commit',
  then: 'acknowledged',
};

it('gives every list one version per transaction that changed it, says what is gone, and marks what is to be sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { maxLength: 8, size: 'max' }), async (transactions) => {
      const tenant = randomUUID();
      const model = new CaptureModel(
        Array.from({ length: LISTS }, () => randomUUID()),
        Array.from({ length: ITEMS }, () => randomUUID()),
      );
      for (const one of [FILLED, ...transactions]) await run(tenant, model, one);
      expect(await found(tenant)).toEqual(model.expected());
    }),
    { seed: SEED, numRuns: 150 },
  );
}, 300_000);

async function run(tenant: string, model: CaptureModel, one: Transaction): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query(`begin isolation level ${one.level}`);
    model.begin();
    for (const step of one.steps) {
      if (step === 'savepoint') {
        await client.query('savepoint s');
        model.savepoint();
      } else if (step === 'roll back') {
        if (model.rollBack()) await client.query('rollback to savepoint s; release savepoint s');
      } else if (model.apply(step)) {
        await execute(client, tenant, model, step);
      }
    }
    await client.query(one.ends);
    model.end(one.ends);
  } finally {
    client.release();
  }
  if (one.then === 'acknowledged') {
    await database.pool.query('delete from mig_dirty where tenant = $1', [tenant]);
    model.acknowledged();
  } else if (one.then === 'epoch') {
    const opened = await database.pool.query<{ opened: boolean }>(
      `select mig_open_gate($1, 'checklists', $2) as opened`,
      [tenant, model.epoch + 1],
    );
    // Before the tenant's first write there is no gate that could adopt an epoch.
    if (opened.rows[0]?.opened === true) model.epoch += 1;
  }
}

async function execute(
  client: pg.ClientBase,
  tenant: string,
  { lists, items }: CaptureModel,
  { what, list, item }: Statement,
): Promise<void> {
  const ofList = [tenant, lists[list]];
  const ofItem = [tenant, items[item]];
  switch (what) {
    case 'insert list':
      await client.query(
        `insert into checklist (tenant, id, issue_id, project_id, name, rank, created_at, updated_at)
         values ($1, $2, '1', '1', 'n', 'a', now(), now())`,
        ofList,
      );
      return;
    case 'update list':
      await client.query(
        `update checklist set name = name || '.' where tenant = $1 and id = $2`,
        ofList,
      );
      return;
    case 'delete list':
      await client.query('delete from checklist where tenant = $1 and id = $2', ofList);
      return;
    case 'insert item':
      await client.query(
        `insert into checklist_item (tenant, id, checklist_id, text, done, mandatory, rank)
         values ($1, $2, $3, 't', false, false, 'a')`,
        [...ofItem, lists[list]],
      );
      return;
    case 'update item':
      await client.query(
        'update checklist_item set done = not done where tenant = $1 and id = $2',
        ofItem,
      );
      return;
    case 'update items':
      await client.query(
        'update checklist_item set done = not done where tenant = $1 and checklist_id = $2',
        ofList,
      );
      return;
    case 'move item':
      await client.query(
        'update checklist_item set checklist_id = $3 where tenant = $1 and id = $2',
        [...ofItem, lists[list]],
      );
      return;
    case 'delete item':
      await client.query('delete from checklist_item where tenant = $1 and id = $2', ofItem);
  }
}

async function found(tenant: string): Promise<unknown> {
  const rows = await database.pool.query(
    `select v.key, v.epoch, v.n::int, v.deleted, d.epoch as "sendEpoch", d.n::int as "sendN"
     from mig_ver v left join mig_dirty d using (tenant, grp, key)
     where v.tenant = $1 and v.grp = 'checklists' order by v.key`,
    [tenant],
  );
  return rows.rows;
}
