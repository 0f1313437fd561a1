import { afterEach, describe, expect, it } from '@jest/globals';
import { LEAP } from 'crossgrade/handover';
import { compareDigests } from 'crossgrade/verify';
import { tenantProgress } from 'crossgrade/postgres';
import { nextSteps } from '../../../operator/commands/status-line.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { renameList } from '../support/rows.ts';

let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const rename = (of: HostileTenant, id: string, name: string) =>
  renameList(of.database.pool, of.tenant, id, name);

/** Brings a tenant to the stage, in which the app is then removed. */
const TO: Readonly<Record<string, (of: HostileTenant) => Promise<unknown>>> = {
  copy: async (of) => of.run(of.newWorker(), 'enrol'),
  verify: async (of) => of.toVerify(of.newWorker()),
  live: async (of) => {
    await of.toVerify(of.newWorker());
    await of.apply('cutover');
    await of.renameAtForge(of.ids[0]!, 'came back');
    await of.run(of.newWorker(), 'reverse');
  },
  settled: async (of) => {
    await TO['live']?.(of);
    await of.apply('settle');
  },
  draining: async (of) => {
    await of.toVerify(of.newWorker());
    await setStage(of, 'draining');
  },
  rewinding: async (of) => {
    await TO['live']?.(of);
    await setStage(of, 'rewinding');
  },
};

/** As a coordinator that died right after its first step leaves it. */
async function setStage(of: HostileTenant, stage: string): Promise<void> {
  const { pool } = of.database;
  await pool.query('update mig_tenant set stage = $2 where tenant = $1', [of.tenant, stage]);
  await pool.query(`update mig_gate set gate = 'closed' where tenant = $1`, [of.tenant]);
}

async function gateEpoch({ database, tenant }: HostileTenant): Promise<number> {
  const { rows } = await database.pool.query<{ epoch: number }>(
    'select epoch::int from mig_gate where tenant = $1',
    [tenant],
  );
  return rows[0]?.epoch ?? Number.NaN;
}

describe.each(Object.keys(TO))('an app that is removed in %s', (stage) => {
  it('stops without trying for ever, ends at Postgres, and begins anew when it is installed again', async () => {
    world = await hostileTenant();
    await TO[stage]?.(world);
    const { tenant, ids, database } = world;
    world.uninstall(404);
    const worker = world.newWorker();
    await rename(world, ids[1]!, 'dirty').catch(() => undefined);
    await world.run(worker, 'copy', 'push', 'reverse', 'recover');
    const row = await world.row();
    expect(row).toMatchObject({ stage, condition: 'quarantined' });
    expect(row.condition_reason).toContain('target.refused');
    const progress = await tenantProgress(database.pool, tenant, 'checklists');
    expect(nextSteps(tenant, progress)[0]).toContain(`xg terminate ${tenant} --plan`);
    // A 4xx is an answer: nothing is asked again.
    const { calls } = world.forge;
    await world.run(world.newWorker(), 'copy', 'push', 'reverse', 'scrub', 'verify', 'recover');
    expect(world.forge.calls).toBe(calls);

    const before = await gateEpoch(world);
    expect(await world.apply('terminate')).toMatchObject({ outcome: 'done', stage: 'off' });
    expect(await world.row()).toMatchObject({ condition: 'terminated' });
    // A hand-over that is still under way names the epoch before, and can't close this one.
    expect(await gateEpoch(world)).toBeGreaterThanOrEqual(before + LEAP);
    expect(await world.stopped()).toEqual([]);
    await rename(world, ids[2]!, 'Postgres is the truth');
    if (stage === 'live' || stage === 'settled' || stage === 'rewinding') {
      expect(await world.nameInPostgres(ids[0]!)).toBe('came back');
    }
    await world.run(world.newWorker(), 'enrol', 'copy', 'push', 'reverse');
    expect(await world.row()).toMatchObject({ stage: 'off', condition: 'terminated' });

    const installation = world.reinstall();
    await world.toVerify(world.newWorker());
    expect(await world.row()).toMatchObject({
      ...{ stage: 'verify', condition: null, incarnation: 2, installation_id: installation },
    });
    expect(world.nameAtForge(ids[2]!)).toBe('Postgres is the truth');
    const lane = await world.lane();
    expect(await compareDigests(lane.verify(() => false))).toMatchObject({ result: 'clean' });
  });
});

describe('an app whose token simply never comes again', () => {
  it('waits, is not retried with every sweep, and can be ended by a person', async () => {
    world = await hostileTenant();
    await TO['live']?.(world);
    const { ids, database } = world;
    await world.renameAtForge(ids[1]!, 'never came back');
    world.forge.token = undefined;
    const worker = world.newWorker();
    await world.run(worker, 'reverse');
    await database.pool.query(
      `update mig_stopped set since = now() - interval '3 hours', last = now()`,
    );
    const { restingJobs } = await import('crossgrade/quarantine');
    expect(await restingJobs(database.pool, 'checklists')).toEqual(new Set(['reverse/acme']));
    const plan = await world.plan('terminate');
    expect(plan.risks.join('; ')).toContain('what has not come back is lost');
    await world.apply('terminate');
    await rename(world, ids[1]!, 'goes on in Postgres');
    expect(await world.nameInPostgres(ids[0]!)).toBe('came back');
  });
});
