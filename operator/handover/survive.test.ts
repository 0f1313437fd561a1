import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { HeadBook } from 'crossgrade/copy';
import {
  allStranded,
  finalize,
  forceFailover,
  LEAP,
  recoverAll,
  terminate,
  type EraseContext,
} from 'crossgrade/handover';
import { reverseMoved } from 'crossgrade/live';
import { PostgresLedger, readTenant, register } from 'crossgrade/postgres';
import { heldRecords } from 'crossgrade/quarantine';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { insertList, renameList } from '../../test/migration/support/rows.ts';
import { Crashes, crashPoints, type CrashPlan } from '../testing/crash-at.ts';
import { renamed, tenantAt, type TenantAt } from '../testing/tenant-at.ts';

let database: TestDatabase;
const open: TenantAt[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => {
  for (const { rig } of open.splice(0)) rig.close();
});
afterAll(() => database.drop());

async function at(tenant: string, stage: 'copy' | 'verify' | 'live' | 'settled') {
  // What a look has seen is counted here, so that none may be behind.
  const made = await tenantAt(database.pool, tenant, stage, { batchGetConsistency: 'strict' });
  open.push(made);
  return made;
}

const scopeOf = (tenant: string) => ({ tenant, group: 'checklists' });
const rowOf = (tenant: string) => readTenant(database.pool, scopeOf(tenant));
const gateOf = async (tenant: string) => {
  const found = await database.pool.query<{ gate: string; epoch: number }>(
    'select gate, epoch from mig_gate where tenant = $1',
    [tenant],
  );
  return found.rows[0];
};
const nameOf = async (tenant: string, id: string): Promise<string | undefined> => {
  const found = await database.pool.query<{ name: string }>(
    'select name from checklist where tenant = $1 and id = $2',
    [tenant, id],
  );
  return found.rows[0]?.name;
};
const lastAudit = async (tenant: string) => {
  const found = await database.pool.query(
    `select action, to_stage, forced, evidence, reason from mig_audit where tenant = $1
     order by id desc limit 1`,
    [tenant],
  );
  return found.rows[0] as Record<string, unknown>;
};

/** The installation is gone: every call is answered 403. */
function gone(context: EraseContext): EraseContext {
  const denied = () => Promise.resolve({ kind: 'unauthorized' as const, status: 403 });
  const carrier = {
    ...{ get: denied, getMany: denied, create: denied, transact: denied, scan: denied },
  };
  return { ...context, send: { ...context.send, carrier, heads: new HeadBook() } };
}
const ORDER = { who: 'olga', reason: 'uninstalled', mayAsk: true };

describe('terminate', () => {
  it.each(['copy', 'verify'] as const)(
    'of a tenant in %s loses nothing, and leaves every hand-over that is under way behind',
    async (stage) => {
      const tenant = `over-${stage}`;
      const { context, ids } = await at(tenant, stage);
      const epoch = 1 + LEAP;
      expect(await terminate(gone(context), ORDER)).toEqual({ lost: 0, applied: 0, epoch });
      expect(await rowOf(tenant)).toMatchObject({ stage: 'off', condition: 'terminated' });
      expect(await gateOf(tenant)).toEqual({ gate: 'open', epoch });
      expect(await context.postgres.closeGate(1, 1_000)).toBe(false);
      await expect(context.postgres.openGate(epoch + 1)).rejects.toMatchObject({
        code: 'stage.unexpected',
      });
      await renameList(database.pool, tenant, ids[3]!, 'goes on');
      // Again: nothing happens.
      await terminate(gone(context), ORDER);
      expect(await lastAudit(tenant)).toMatchObject({ action: 'terminate', forced: false });
    },
  );

  it('is refused when somebody closes the gate while it is under way', async () => {
    const { context } = await at('over-closing', 'verify');
    const looking: EraseContext = {
      ...context,
      operations: {
        ...context.operations,
        // Between the look at the gate and the end of the tenant.
        loss: async () => {
          await context.postgres.closeGate(1, 1_000);
          return context.operations.loss();
        },
      },
    };
    await expect(terminate(looking, ORDER)).rejects.toMatchObject({ code: 'plan.stale' });
    expect(await rowOf('over-closing')).toMatchObject({ stage: 'verify', condition: null });
    expect(await gateOf('over-closing')).toEqual({ gate: 'closed', epoch: 1 });
  });

  it('in the middle of a hand-over opens the gate again', async () => {
    const { context, ids } = await at('over-draining', 'verify');
    await context.postgres.changeStage({
      ...{ who: 'olga', action: 'cutover', from: ['verify'], to: 'draining' },
    });
    await context.postgres.closeGate(1, 1_000);
    expect(await terminate(gone(context), ORDER)).toMatchObject({ lost: 0, epoch: 1 + LEAP });
    expect(await gateOf('over-draining')).toEqual({ gate: 'open', epoch: 1 + LEAP });
    await renameList(database.pool, 'over-draining', ids[3]!, 'goes on');
  });

  it('of a live tenant brings everything back first, while Forge answers', async () => {
    const { context, ids } = await at('given-up', 'live');
    expect(await terminate(context, ORDER)).toMatchObject({ lost: 0, applied: 2 });
    expect(await nameOf('given-up', ids[0]!)).toBe('by Forge');
    expect(await lastAudit('given-up')).toMatchObject({ forced: false, to_stage: 'off' });
  });

  it('of a live tenant whose installation is gone says how far Postgres is behind', async () => {
    const { context, ids, records } = await at('uninstalled', 'live');
    await bringBack(context);
    await records.change(`list:${ids[3]}`, 'c', renamed('never came back'));
    // The last look knew of it, and the log could not be read any more.
    await reverseMoved(context, database.pool, { shouldStop: () => true });
    expect(await terminate(gone(context), ORDER)).toMatchObject({ lost: 1, epoch: 2 + LEAP });
    expect(await nameOf('uninstalled', ids[0]!)).toBe('by Forge');
    expect(await nameOf('uninstalled', ids[3]!)).toBe('Definition of Done');
    await renameList(database.pool, 'uninstalled', ids[3]!, 'goes on');
    const audit = await lastAudit('uninstalled');
    expect(audit).toMatchObject({ forced: true, reason: 'uninstalled' });
    expect(audit['evidence']).toMatch(/lost by bucket: \d+: 1; unknown: since 20/);
  });

  it('of a final tenant leaves its gate closed for good', async () => {
    const { context } = await at('over-final', 'settled');
    await finalize(context, 'olga', 'r');
    await terminate(gone(context), ORDER);
    expect(await rowOf('over-final')).toMatchObject({ stage: 'final', condition: 'terminated' });
    expect(await gateOf('over-final')).toMatchObject({ gate: 'closed' });
    await expect(
      register(database.pool, checklists, {
        ...{ ...scopeOf('over-final'), cloudId: 'c', installationId: randomUUID(), who: 'w' },
      }),
    ).rejects.toMatchObject({ code: 'incarnation.over' });
  });

  it('is followed by a new incarnation, in which nothing of the old one counts', async () => {
    const tenant = 'again';
    const { context, ids } = await at(tenant, 'live');
    await bringBack(context);
    await terminate(gone(context), ORDER);
    const enrolment = { ...scopeOf(tenant), cloudId: 'c', who: 'w' };
    const old = (await rowOf(tenant))!.installation_id;
    // The link still names the old one: nothing happens.
    await register(database.pool, checklists, { ...enrolment, installationId: old });
    expect(await rowOf(tenant)).toMatchObject({ incarnation: 1, condition: 'terminated' });
    const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
    await register(database.pool, checklists, { ...enrolment, installationId });
    expect(await rowOf(tenant)).toMatchObject({
      ...{ incarnation: 2, stage: 'off', condition: null, installation_id: installationId },
    });
    const known = await database.pool.query(
      `select (select count(*) from mig_racked where tenant = $1)::int as positions,
              (select count(*) from mig_ver where tenant = $1 and h is not null)::int as hashes`,
      [tenant],
    );
    expect(known.rows).toEqual([{ positions: 0, hashes: 0 }]);
    // An acknowledgement that was under way in the old incarnation clears nothing in the new one.
    await renameList(database.pool, tenant, ids[3]!, 'dirty');
    const versions = await database.pool.query<{ epoch: number; n: string }>(
      'select epoch, n from mig_ver where tenant = $1 and key = $2',
      [tenant, `list:${ids[3]}`],
    );
    const { epoch, n } = versions.rows[0]!;
    const late = new PostgresLedger(database.pool, scopeOf(tenant), 1, checklists.mapping);
    const item = {
      key: `list:${ids[3]}`,
      version: { e: epoch, n: Number(n) },
      hash: 'f'.repeat(32),
    };
    const seen = { epoch, seq: 1, cursor: { at: 'end' as const } };
    expect(await late.acknowledge(0, [item], seen)).toBe(0);
    const dirty = await database.pool.query(
      'select 1 from mig_dirty where tenant = $1 and key = $2',
      [...[tenant, `list:${ids[3]}`]],
    );
    expect(dirty.rowCount).toBe(1);
  });

  it('killed at any of its calls ends the same when it is run again', async () => {
    const whole = await at('whole', 'live');
    const { died: counted, crashes } = dying(whole.context, { at: Infinity, isLate: false });
    await terminate(counted, ORDER);
    let deaths = 0;
    for (const point of crashPoints(crashes.calls)) {
      const tenant = `killed-${point}`;
      const made = await tenantAt(database.pool, tenant, 'live');
      const { died } = dying(made.context, { at: point, isLate: point % 2 === 0 });
      // The last points may lie behind its end: how many calls it takes varies a little with the buckets of the records.
      await terminate(died, ORDER).catch(() => (deaths += 1));
      await terminate({ ...made.context, send: fresh(made.context) }, ORDER);
      expect(await rowOf(tenant)).toMatchObject({ stage: 'off', condition: 'terminated' });
      expect(await gateOf(tenant)).toMatchObject({ gate: 'open' });
      expect(await nameOf(tenant, made.ids[0]!)).toBe('by Forge');
      made.rig.close();
    }
    expect(deaths).toBeGreaterThan(14);
  }, 240_000);
});

/** Brings back all that Forge has written: one turn may see some heads as they were before, and leaves those for the next. */
async function bringBack(context: EraseContext): Promise<void> {
  while ((await reverseMoved(context, database.pool)).behind > 0);
}

const fresh = ({ send }: EraseContext) => ({ ...send, heads: new HeadBook() });

/** A process that dies at a call of one of its ports. */
function dying(context: EraseContext, plan: CrashPlan) {
  const crashes = new Crashes(plan);
  const died = {
    ...context,
    send: { ...fresh(context), carrier: crashes.port(context.send.carrier) },
    postgres: crashes.port(context.postgres),
    operations: crashes.port(context.operations),
  };
  return { died, crashes };
}

describe('a forced failover', () => {
  it('is refused while Forge answers, while Postgres is the authority, and once finalize has begun', async () => {
    const verify = await at('not-needed', 'verify');
    await expect(forceFailover(gone(verify.context), 'olga', 'r')).rejects.toMatchObject({
      code: 'stage.unexpected',
    });
    const live = await at('answers', 'live');
    await expect(forceFailover(live.context, 'olga', 'r')).rejects.toMatchObject({
      code: 'failover.reachable',
    });
    expect(await gateOf('answers')).toEqual({ gate: 'closed', epoch: 1 });
    const settled = await at('sealed', 'settled');
    await finalize(settled.context, 'olga', 'r');
    await expect(forceFailover(gone(settled.context), 'olga', 'r')).rejects.toMatchObject({
      code: 'head.sealed',
    });
  });

  it('opens Postgres far above, says what is lost, and holds what Forge has when it is back', async () => {
    const tenant = 'forced';
    const { context, ids, records } = await at(tenant, 'live');
    await bringBack(context);
    const [untouched, both] = [ids[3]!, ids[4]!];
    await records.change(`list:${untouched}`, 'c', renamed('only in Forge'));
    await records.change(`list:${both}`, 'd', renamed('in Forge'));
    await reverseMoved(context, database.pool, { shouldStop: () => true });
    const made = await forceFailover(gone(context), 'olga', 'Forge is down');
    expect(made).toEqual({ epoch: 2 + LEAP, lost: 2, applied: 0 });
    expect(await rowOf(tenant)).toMatchObject({ stage: 'verify', condition: 'quarantined' });
    expect(await lastAudit(tenant)).toMatchObject({ action: 'force-failover', forced: true });
    await renameList(database.pool, tenant, both, 'in Postgres');
    // A function that still reaches Forge writes there, and is not heard of.
    await records.change(`list:${ids[0]}`, 'e', renamed('even later'));
    await expect(recoverAll(gone(context), 'olga')).rejects.toMatchObject({
      code: 'target.unauthorized',
    });

    const keys = [untouched, both, ids[0]!].map((id) => `list:${id}`).sort();
    const stranded = await allStranded(context);
    expect(stranded.map(({ key }) => key).sort()).toEqual(keys);
    expect(await recoverAll(context, 'olga')).toBe('verify');
    const held = await heldRecords(database.pool, scopeOf(tenant));
    expect(held.map(({ key }) => key)).toEqual(keys);
    expect(held.find(({ key }) => key === `list:${both}`)).toMatchObject({
      ...{
        code: 'authority.double',
        here: { version: { e: 2 + LEAP } },
        there: { version: { e: 2 } },
      },
    });
    expect(held.find(({ key }) => key === `list:${untouched}`)).toMatchObject({
      code: 'target.ahead',
    });
    // Nothing was merged, one epoch everywhere, and a person has to decide.
    expect(await nameOf(tenant, untouched)).toBe('Definition of Done');
    expect(await nameOf(tenant, both)).toBe('in Postgres');
    expect(open[0]?.authorities()).toEqual(['P']);
    expect(await gateOf(tenant)).toEqual({ gate: 'open', epoch: 3 + LEAP });
    expect(await rowOf(tenant)).toMatchObject({ condition: 'quarantined', forced_at: null });
    expect(await recoverAll(context, 'olga')).toBe('verify');
    // Other records go on.
    await insertList(database.pool, tenant);
  });

  it('killed while Forge comes back ends the same when it is run again', async () => {
    const forced = async (tenant: string): Promise<TenantAt> => {
      const made = await tenantAt(database.pool, tenant, 'live');
      await bringBack(made.context);
      await made.records.change(`list:${made.ids[3]}`, 'c', renamed('only in Forge'));
      await forceFailover(gone(made.context), 'olga', 'r');
      return made;
    };
    const whole = await forced('back');
    const { died: counted, crashes } = dying(whole.context, { at: Infinity, isLate: false });
    await recoverAll(counted, 'olga');
    whole.rig.close();
    let deaths = 0;
    for (const point of crashPoints(crashes.calls, 5, 8)) {
      const tenant = `back-${point}`;
      const made = await forced(tenant);
      const { died } = dying(made.context, { at: point, isLate: point % 2 === 0 });
      await recoverAll(died, 'olga').catch(() => (deaths += 1));
      await recoverAll({ ...made.context, send: fresh(made.context) }, 'olga');
      const held = await heldRecords(database.pool, scopeOf(tenant));
      expect(held.map(({ key }) => key)).toEqual([`list:${made.ids[3]}`]);
      expect(made.authorities()).toEqual(['P']);
      expect(await rowOf(tenant)).toMatchObject({ forced_at: null, condition: 'quarantined' });
      made.rig.close();
    }
    expect(deaths).toBeGreaterThan(10);
  }, 240_000);
});
