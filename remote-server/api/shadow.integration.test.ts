import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover } from 'crossgrade/handover';
import { shadowTally, type ShadowTally } from 'crossgrade/shadow';
import request from 'supertest';
import type { List } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import {
  createForgeStorage,
  type CopiedTenant,
  type ForgeStorage,
} from '../testing/forge-storage.ts';
import { startTestRemote, type ApiCaller, type TestRemote } from '../testing/test-remote.ts';

let remote: TestRemote;
let forge: ForgeStorage;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase(), { patienceMs: 700 });
  // How far batches lag behind is tested elsewhere.
  forge = createForgeStorage(remote.fake, { batchGetConsistency: 'strict' });
  remote.fake.answer = forge.answer;
});
afterAll(async () => {
  await remote.close();
  forge.close();
});
afterEach(() => {
  forge.instead = undefined;
});

const lists = '/api/issues/10100/lists';

interface Copied {
  readonly clientKey: string;
  readonly api: ApiCaller;
  readonly list: List;
  readonly copied: CopiedTenant;
}

async function verified(settings?: object): Promise<Copied> {
  const tenant = await remote.installed();
  const api = remote.on(tenant, { issueId: '10100', projectId: '10000' }, { sub: 'ada' });
  const list = (await api.post(lists, { name: 'Before', items: [{ text: 'one' }] })).body as List;
  if (settings !== undefined) {
    remote.fake.admins.add('ada');
    await api.put('/api/settings', { value: settings });
  }
  const copied = await forge.verified(remote.pool, tenant.clientKey);
  const of = { clientKey: tenant.clientKey, api, list, copied };
  await setQuota(of);
  return of;
}

/** Reads a path through a process that compares every read, and returns what its comparisons came to. */
async function read({ clientKey, api }: Copied, path = lists): Promise<ShadowTally> {
  const scope = { tenant: clientKey, group: 'checklists' };
  const before = await shadowTally(remote.pool, scope);
  const comparing = await remote.another({ shadowShare: 1 });
  const answer = await request(comparing.app).get(path).set('authorization', `JWT ${api.token}`);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual((await api.get(path)).body);
  await comparing.close();
  const after = await shadowTally(remote.pool, scope);
  const added = Object.entries(after).map(
    ([outcome, seen]) => [outcome, seen - (before[outcome as keyof ShadowTally] ?? 0)] as const,
  );
  return Object.fromEntries(added.filter(([, seen]) => seen > 0));
}

/** Sets the tenant's share of the quota: all it can have saved up, or nothing for a minute. */
async function setQuota({ copied }: Copied, isBlocked = false): Promise<void> {
  const full = { all: 130, capped: 90 };
  const now = Date.now();
  const state = { read: full, write: full, at: now, easing: 1 };
  await remote.pool.query(
    `insert into mig_quota (installation_id, state) values ($1, $2)
     on conflict (installation_id) do update set state = excluded.state`,
    [copied.installationId, { ...state, blockedUntil: isBlocked ? now + 60_000 : 0 }],
  );
}

const hasCleanPass = async ({ clientKey }: Copied): Promise<boolean> => {
  const found = await remote.pool.query(
    `select 1 from mig_pass where tenant = $1 and kind = 'scrub' and result = 'clean' and not repaired`,
    [clientKey],
  );
  return found.rowCount !== 0;
};
const storageCalls = (): number =>
  remote.fake.calls.filter(({ path }) => path.includes('/forge/storage/')).length;

/** Changes what is stored in Forge behind the layer's back, and leaves its version. */
async function hijack({ copied, list }: Copied): Promise<void> {
  const key = `list:${list.id}`;
  const item = [...forge.store.inspect(copied.installationId)].find((one) => one.key === key)!;
  const value = item.value as { doc: object };
  const stored = { ...value, doc: { ...value.doc, name: 'Hijacked' } };
  const body = JSON.stringify({ entityName: item.entityName, key, value: stored });
  await forge.store.handle(copied.installationId, '/entity/set', body);
}

describe('a share of the reads', () => {
  it('is compared with the other store, and tells lag from what no lag explains', async () => {
    const of = await verified();
    expect(await read(of)).toEqual({ same: 1 });
    await of.api.patch(`/api/lists/${of.list.id}`, { name: 'On its way' });
    expect(await read(of)).toEqual({ lag: 1 });
    await of.copied.verify();
    expect(await read(of)).toEqual({ same: 1 });
    expect(await hasCleanPass(of)).toBe(true);

    await hijack(of);
    remote.logged.length = 0;
    expect(await read(of)).toEqual({ corrupt: 1 });
    expect(await hasCleanPass(of)).toBe(false);
    await expect(cutover(of.copied.context, { who: 'test', expectEpoch: 1 })).rejects.toMatchObject(
      { code: 'verify.not_clean' },
    );
    const told = remote.logged.filter((line) => line.includes('shadow_difference'));
    expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { tenant: of.clientKey, class: 'corrupt', type: 'list', authority: 'postgres', voided: true },
    ]);
    expect(told.join()).not.toContain(of.list.id);
    const audit = await remote.pool.query<{ reason: string }>(
      `select reason from mig_audit where tenant = $1 and action = 'shadow'`,
      [of.clientKey],
    );
    expect(audit.rows).toEqual([{ reason: 'a read found a list corrupt: verifications are void' }]);
    // Nothing is left to void, and nothing is said twice.
    expect(await read(of)).toEqual({ corrupt: 1 });
    expect(
      (await remote.pool.query(`select 1 from mig_audit where action = 'shadow'`)).rowCount,
    ).toBe(1);
  });

  it('finds what only the other store holds', async () => {
    const of = await verified({ a: 1 });
    expect(await read(of, '/api/settings')).toEqual({ same: 1 });
    const client = await remote.pool.connect();
    try {
      await client.query('begin');
      await client.query(`set local session_replication_role = replica`);
      await client.query('delete from tenant_setting where tenant = $1', [of.clientKey]);
      await client.query(`delete from mig_ver where tenant = $1 and key like 'settings:%'`, [
        of.clientKey,
      ]);
      await client.query('commit');
    } finally {
      client.release();
    }
    expect(await read(of, '/api/settings')).toEqual({ rogue: 1 });
    expect(await hasCleanPass(of)).toBe(false);
  });

  it('is compared the other way round while Forge is the authority', async () => {
    const of = await verified();
    await cutover(of.copied.context, { who: 'test', expectEpoch: 1 });
    expect(await read(of)).toEqual({ same: 1 });
    await of.api.patch(`/api/lists/${of.list.id}`, { name: 'At Forge' });
    expect(await read(of)).toEqual({ lag: 1 });
  });

  it('costs nothing that somebody else wants, and disturbs no answer when Forge is down', async () => {
    const of = await verified();
    await setQuota(of, true);
    const calls = storageCalls();
    expect(await read(of)).toEqual({ skipped: 1 });
    expect(storageCalls()).toBe(calls);
    await setQuota(of);
    forge.instead = 'cut';
    const outcome = await read(of);
    expect((outcome.late ?? 0) + (outcome.failed ?? 0)).toBe(1);
    expect(await hasCleanPass(of)).toBe(true);
  });

  it('is left out for a tenant that is not between two stores, and altogether where it is set to none', async () => {
    const tenant = await remote.installed();
    const api = remote.on(tenant);
    await api.post(lists, { name: 'Alone' });
    const of = { clientKey: tenant.clientKey, api } as Copied;
    const calls = storageCalls();
    expect(await read(of)).toEqual({ skipped: 1 });
    await api.get(lists);
    await remote.remote.idle();
    expect(await shadowTally(remote.pool, { tenant: of.clientKey, group: 'checklists' })).toEqual({
      skipped: 1,
    });
    expect(storageCalls()).toBe(calls);
  });
});
