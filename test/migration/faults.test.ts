import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LayerError } from 'crossgrade';
import { compareDigests, scrub } from 'crossgrade/verify';
import { seededRandom } from '../../local-site/support/index.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { enrolledRig } from './support/rig.ts';
import { deleteList, insertList, renameList } from './support/rows.ts';
import { backfill, pushAll } from './support/run.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const SEEDS = (process.env['FAULT_SEEDS'] ?? '11,12,13').split(',').map(Number);

describe('two senders on a network that loses, repeats and delays', () => {
  it.each(SEEDS)('leave both stores equal, seed %i', async (seed) => {
    const { pool } = database;
    const tenant = `faults-${seed}`;
    const random = seededRandom(seed);
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) ids.push(await insertList(pool, tenant, { items: i % 5 }));
    const first = await enrolledRig(pool, tenant, { seed });
    const second = await first.another();
    const rigs = [first, second];
    for (const rig of rigs) {
      Object.assign(rig.faults, {
        lostRequest: 0.03,
        lostAnswer: 0.05,
        throttled: 0.03,
        late: 0.05,
      });
    }
    const write = async (): Promise<void> => {
      const at = Math.floor(random() * ids.length);
      const dice = random();
      if (dice < 0.2) ids.push(await insertList(pool, tenant));
      else if (dice < 0.7) await renameList(pool, tenant, ids[at]!, `name ${random()}`);
      else if (dice < 0.85) await deleteList(pool, tenant, ids[at]!);
      else await insertList(pool, tenant, { id: ids[at]! }).catch(() => undefined);
    };
    const writers = (async () => {
      for (let i = 0; i < 60; i++) await write();
    })();
    // Both copy and both push, again and again: neither knows of the other.
    await Promise.all([writers, ...rigs.map((rig) => patiently(() => backfill(rig)))]);
    await Promise.all(rigs.map((rig) => patiently(() => pushAll(rig))));
    for (const rig of rigs) {
      Object.assign(rig.faults, { lostRequest: 0, lostAnswer: 0, throttled: 0, late: 0 });
    }
    // What was sent before may still arrive: it must not change anything any more.
    await first.send.timing.sleep(20_000);
    const fresh = await first.another();
    await pushAll(fresh);
    await fresh.send.timing.sleep(20_000);

    const digest = await compareDigests(fresh.verify);
    expect({ seed, ...digest }).toMatchObject({ seed, result: 'clean', differences: 0 });
    expect(await scrub(fresh.verify)).toMatchObject({ result: 'clean', differences: 0 });
    const dirty = await pool.query('select 1 from mig_dirty where tenant = $1', [tenant]);
    expect(dirty.rowCount).toBe(0);
    first.close();
  });
});

/** A worker's patience: what the fence or the network stopped is begun again. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof LayerError)) throw error;
    }
  }
  throw new Error('gave up');
}
