import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checklists } from '../../remote-server/records/index.ts';
import { testDatabase, type TestDatabase } from '../../test/support/database.ts';
import { enrolledRig, type Rig } from '../../test/migration/support/rig.ts';
import { deleteList, insertList, renameList } from '../../test/migration/support/rows.ts';
import { backfill, pushAll } from '../../test/migration/support/run.ts';
import { slotOf } from '../bucket/slot.ts';
import { readHeads } from '../copy/read-heads.ts';
import type { ForgeCarrier } from '../forge/carrier.ts';
import { cutover } from '../handover/cutover.ts';
import { makeHandover, type HandoverContext } from '../handover/handover-context.ts';
import { moveHeads } from '../handover/move-heads.ts';
import { seal } from '../handover/moves.ts';
import { rollback } from '../handover/rollback.ts';
import { ForgeRecords } from '../live/forge-records.ts';
import { reverseMoved } from '../live/reverse-moved.ts';
import { leaveCopy } from '../postgres/stage.ts';
import type { Json } from '../terms.ts';
import { compareDigests } from '../verify/compare-digests.ts';
import { scrub } from '../verify/scrub-pass.ts';
import type { BackupRecord } from './backup-record.ts';
import { exportTenant } from './export-tenant.ts';
import { readManifest } from './read-backup.ts';
import { restoreTenant } from './restore-tenant.ts';
import { backupOf, contextOf, folders, recordsIn } from './testing/backup-of.ts';

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof folders>>;
let rig: Rig;
beforeAll(async () => {
  database = await testDatabase();
  folder = await folders();
});
afterEach(() => rig.close());
afterAll(async () => {
  await folder.remove();
  await database.drop();
});

const now = () => new Date('2026-11-26T01:00:00Z');

function handover(): HandoverContext {
  const { pool, scope } = rig.verify;
  const { send, reader, ledger } = rig;
  return makeHandover({ pool, scope, group: checklists, send, reader, ledger });
}
const contextNow = () => contextOf(database.pool, rig.verify.scope.tenant, rig.send);

/** A tenant that is verified; with `live`, handed over. */
async function tenantIn(stage: 'verify' | 'live', tenant: string, lists: number) {
  const ids: string[] = [];
  for (let i = 0; i < lists; i += 1) {
    ids.push(await insertList(database.pool, tenant, { items: i % 4 }));
  }
  rig = await enrolledRig(database.pool, tenant);
  await backfill(rig);
  await deleteList(database.pool, tenant, ids.pop()!);
  await pushAll(rig);
  await leaveCopy(database.pool, rig.verify.scope, 'test');
  await scrub(rig.verify);
  if (stage === 'live') {
    const result = await cutover(handover(), { who: 'test', expectEpoch: 1 });
    expect(result).toMatchObject({ kind: 'live' });
  }
  return { ids, records: new ForgeRecords(rig.send, checklists) };
}

const named =
  (name: string) =>
  (present: Json | undefined): Json => {
    const record = present as { doc: Record<string, Json> };
    return { ...record, doc: { ...record.doc, name } };
  };
const nameIn = (records: ReadonlyMap<string, BackupRecord>, id: string) =>
  (records.get(`list:${id}`)?.value as { doc: { name: string } } | undefined)?.doc.name;
const inOrder = (records: ReadonlyMap<string, BackupRecord>) =>
  [...records.values()].sort((a, b) => (a.key < b.key ? -1 : 1));

/** The rig's sender with something before each read. */
function sendWith(beforeGet: (key: string) => Promise<void>): typeof rig.send {
  const { carrier } = rig.send;
  const get: typeof carrier.get = async (item) => {
    await beforeGet(item.key);
    return carrier.get(item);
  };
  const interrupted: ForgeCarrier = {
    get,
    getMany: (items) => carrier.getMany(items),
    create: (item, value) => carrier.create(item, value),
    transact: (transaction) => carrier.transact(transaction),
    scan: (entity, cursor, options) => carrier.scan(entity, cursor, options),
  };
  return { ...rig.send, carrier: interrupted };
}

describe('an export from Forge', () => {
  it('holds what Forge wrote, come back or not, and is what Postgres holds after a rollback', async () => {
    const { ids, records } = await tenantIn('live', 'at-forge', 40);
    await records.change(`list:${ids[0]}`, 'a', named('come back'));
    await reverseMoved(handover(), database.pool);
    await records.change(`list:${ids[1]}`, 'b', named('only at Forge'));
    await records.change(`list:${ids[2]}`, 'c', () => undefined);
    const read = await records.read(`list:${ids[3]}`);
    const value = read.kind === 'read' ? read.stored.value : undefined;
    const made = '00000000-0000-4000-8000-000000000001';
    await records.change(`list:${made}`, 'd', () => {
      const record = value as { doc: Record<string, Json> };
      return { ...record, doc: { ...record.doc, id: made, items: [] } };
    });
    const at = folder.next();
    const exported = await backupOf(contextNow(), at);
    expect(await readManifest(at)).toMatchObject({
      ...{ authority: 'forge', consistency: 'tenant', epoch: 2, differing: [], incarnation: 1 },
      ...{ records: 41, tombstones: 2, highestEpoch: 2 },
    });
    expect(nameIn(exported, ids[0]!)).toBe('come back');
    expect(nameIn(exported, ids[1]!)).toBe('only at Forge');
    expect(exported.get(`list:${ids[2]}`)).toMatchObject({ deleted: true, version: { e: 2 } });
    expect(exported.has(`list:${made}`)).toBe(true);
    const refused = restoreTenant(contextNow(), { folder: at, who: 'olga', expectEpoch: 1 });
    await expect(refused).rejects.toMatchObject({ code: 'restore.not_authority' });

    await rollback(handover(), 'test', 'to compare');
    const back = await backupOf(contextNow(), folder.next());
    expect(inOrder(back)).toEqual(inOrder(exported));
  });

  it('reads again what is written meanwhile, and says when no moment shows all of it', async () => {
    const { ids, records } = await tenantIn('live', 'restless', 30);
    let [reads, writes] = [0, 0];
    const write = async (most: number) => {
      reads += 1;
      if (reads % 5 !== 0 || writes >= most) return;
      writes += 1;
      const id = ids[writes % ids.length]!;
      await records.change(`list:${id}`, `m${writes}`, named(`write ${writes}`));
    };
    const calm = folder.next();
    const send = sendWith(() => write(25));
    const first = await backupOf({ ...contextNow(), send }, calm);
    expect(await readManifest(calm)).toMatchObject({ consistency: 'tenant', differing: [] });
    for (let i = 1; i <= 25; i += 1) {
      expect(nameIn(first, ids[i % ids.length]!)).toBe(`write ${i}`);
    }
    const restless = folder.next();
    await backupOf({ ...contextNow(), send: sendWith(() => write(Infinity)) }, restless);
    expect(['bucket', 'record']).toContain((await readManifest(restless)).consistency);
    expect(await recordsIn(restless)).toMatchObject({ size: 30 });
  });

  it('keeps its parts after a crash and goes on with what the log names since', async () => {
    const { ids, records } = await tenantIn('live', 'killed', 60);
    const at = folder.next();
    const options = { folder: at, who: 'olga', now, partBytes: 4_000 };
    let reads = 0;
    const send = sendWith(() => {
      reads += 1;
      return reads > 150 ? Promise.reject(new Error('killed')) : Promise.resolve();
    });
    await expect(exportTenant({ ...contextNow(), send }, options)).rejects.toThrow('killed');
    for (const id of ids) await records.change(`list:${id}`, `m${id}`, named('since'));
    reads = 0;
    const { resumed, manifest } = await exportTenant(contextNow(), options);
    expect(resumed).toBeGreaterThan(0);
    expect(manifest).toMatchObject({ consistency: 'tenant', authority: 'forge' });
    const read = await recordsIn(at);
    for (const id of ids) expect(nameIn(read, id)).toBe('since');

    // What the dead attempt wrote is damaged: nothing of it is used.
    const other = folder.next();
    const again = { ...options, folder: other };
    const dying = { ...contextNow(), send };
    await expect(exportTenant(dying, again)).rejects.toThrow('killed');
    await rm(join(other, 'part-000001.ndjson'));
    expect(await exportTenant(contextNow(), again)).toMatchObject({ resumed: 0 });
    expect(inOrder(await recordsIn(other))).toEqual(inOrder(read));
  });

  it('names a bucket whose records are not what its head says', async () => {
    const { ids } = await tenantIn('live', 'tampered', 20);
    const key = `list:${ids[0]}`;
    const item = [...rig.store.inspect(rig.installationId)].find((one) => one.key === key)!;
    const value = item.value as { doc: { name: string } };
    const hijacked = { ...value, doc: { ...value.doc, name: 'Hijacked' } };
    await rig.store.handle(
      ...([rig.installationId, '/entity/set'] as const),
      JSON.stringify({ entityName: 'tally-list', key, value: hijacked }),
    );
    const at = folder.next();
    await backupOf(contextNow(), at);
    const { differing } = await readManifest(at);
    expect(differing).toEqual([slotOf(key) % rig.send.scope.buckets]);
  });

  it('waits for the end of a hand-over', async () => {
    await tenantIn('verify', 'between', 5);
    rig.faults.stop = 'flip';
    await expect(cutover(handover(), { who: 'test', expectEpoch: 1 })).rejects.toThrow();
    rig.faults.stop = undefined;
    const export_ = exportTenant(contextNow(), { folder: folder.next(), who: 'olga', now });
    await expect(export_).rejects.toMatchObject({ code: 'handover.parked' });
  });

  it('finds every record of a tenant that Forge holds alone, by queries and strict reads', async () => {
    const { ids, records } = await tenantIn('live', 'sealed', 25);
    await records.change(`list:${ids[0]}`, 'a', named('before the seal'));
    await reverseMoved(handover(), database.pool);
    await moveHeads(
      rig.send,
      await readHeads(rig.send),
      seal(() => true),
    );
    await records.change(`list:${ids[1]}`, 'b', named('after it'));
    await records.change(`list:${ids[2]}`, 'c', () => undefined);
    const at = folder.next();
    const exported = await backupOf(contextNow(), at);
    expect(await readManifest(at)).toMatchObject({
      ...{ authority: 'forge-alone', consistency: 'tenant', differing: [], epoch: 3 },
    });
    const live = [...exported.values()].filter((record) => !record.deleted);
    expect(live).toHaveLength(23);
    expect(nameIn(exported, ids[0]!)).toBe('before the seal');
    expect(nameIn(exported, ids[1]!)).toBe('after it');
  });
});

describe('a restore into a tenant with a target', () => {
  it('lifts heads and gate together, voids the verification, and is sent like every change', async () => {
    const { ids } = await tenantIn('verify', 'with-target', 12);
    const at = folder.next();
    await renameList(database.pool, 'with-target', ids[0]!, 'of the backup');
    const before = await backupOf(contextNow(), at);
    await pushAll(rig);
    const { postgres } = handover();
    await scrub(rig.verify, { again: true });
    expect(await postgres.cleanPass(1, 1)).toBeDefined();
    // Postgres lost one record with its version: only the backup knows it.
    await database.pool.query(
      `update mig_ver set n = 1 where tenant = 'with-target' and key = $1`,
      [`list:${ids[0]}`],
    );
    const options = { folder: at, who: 'olga', expectEpoch: 1 };
    expect(await restoreTenant(contextNow(), options)).toMatchObject({
      ...{ outcome: 'done', applied: 1, epoch: 1_001 },
    });
    expect(await postgres.cleanPass(1, 1)).toBeUndefined();
    expect(await postgres.cleanPass(1, 1_001)).toBeUndefined();
    for (const head of (await readHeads(rig.send)).values()) {
      expect(head).toMatchObject({ auth: 'P', epoch: 1_001 });
    }
    await renameList(database.pool, 'with-target', ids[1]!, 'by a user');
    await pushAll(rig);
    expect(await compareDigests(rig.verify)).toMatchObject({ result: 'clean' });
    expect(await scrub(rig.verify, { again: true })).toMatchObject({ result: 'clean' });
    const after = await backupOf(contextNow(), folder.next());
    expect(after.get(`list:${ids[0]}`)).toEqual(before.get(`list:${ids[0]}`));
    expect(after.get(`list:${ids[1]}`)).toMatchObject({ version: { e: 1_001 } });
  });
});
