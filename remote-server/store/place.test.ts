import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createDatabase } from '../database/create-database.ts';
import { isLeavingForge } from './place.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it.each([
  ['closed', 'live', false],
  ['closed', 'settled', false],
  ['closed', 'final', false],
  ['closed', 'rewinding', true],
  ['closed', 'draining', true],
  ['open', 'verify', true],
  // The stage follows the gate.
  ['open', 'rewinding', true],
])('tells of a gate that is %s at stage %s whether the data leaves Forge: %s', async (...row) => {
  const [gate, stage, isLeaving] = row;
  const tenant = `${gate}-${stage}`;
  const { pool } = database;
  await pool.query(`insert into mig_gate (tenant, grp, gate) values ($1, 'checklists', $2)`, [
    ...[tenant, gate],
  ]);
  await pool.query(
    `insert into mig_tenant (tenant, grp, cloud_id, installation_id, stage, layer_version, mapv, buckets, hash_key)
     values ($1, 'checklists', 'c', $1, $2, 1, 1, 64, '')`,
    [tenant, stage],
  );
  expect(await isLeavingForge(createDatabase(pool), tenant)).toBe(isLeaving);
});
