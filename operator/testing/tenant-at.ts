import { randomUUID } from 'node:crypto';
import type { Json } from 'crossgrade';
import { cutover, makeHandover, type EraseContext } from 'crossgrade/handover';
import { ForgeRecords } from 'crossgrade/live';
import { leaveCopy, withOperations } from 'crossgrade/postgres';
import type { Pool } from 'pg';
import { checklists } from '../../remote-server/records/index.ts';
import { enrolledRig, type Rig, type RigOptions } from '../../test/migration/support/rig.ts';
import { insertList } from '../../test/migration/support/rows.ts';
import { backfill, pushAll } from '../../test/migration/support/run.ts';

/** One tenant in a stage, with real Postgres and the real store's wire, and what was written in Forge since its cut-over. */
export interface TenantAt {
  readonly rig: Rig;
  readonly context: EraseContext;
  readonly records: ForgeRecords;
  /** Lists: the first renamed in Forge, the second deleted there, the third deleted in Postgres before. */
  readonly ids: readonly string[];
  /** What Forge stores under a prefix. */
  keys(prefix: string): readonly string[];
  authorities(): readonly string[];
}

/** Makes it. `who` is "test" everywhere. */
export async function tenantAt(
  pool: Pool,
  tenant: string,
  stage: 'copy' | 'verify' | 'live' | 'settled',
  switches: RigOptions['switches'] = {},
): Promise<TenantAt> {
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.push(await insertList(pool, tenant, { items: i % 3 }));
  const rig = await enrolledRig(pool, tenant, { switches });
  const { scope } = rig.verify;
  const { send, reader, ledger } = rig;
  const handover = makeHandover({ pool, scope, group: checklists, send, reader, ledger });
  const context = { ...withOperations(pool, handover), reader };
  const records = new ForgeRecords(send, checklists);
  const inspect = () => [...rig.store.inspect(rig.installationId)];
  const at: TenantAt = {
    ...{ rig, context, records, ids },
    keys: (prefix) =>
      inspect()
        .map(({ key }) => key)
        .filter((key) => key.startsWith(prefix)),
    authorities: () => [
      ...new Set(
        inspect()
          .filter(({ key }) => key.startsWith('h:'))
          .map(({ value }) => (value as { auth: string }).auth),
      ),
    ],
  };
  if (stage === 'copy') return at;
  await backfill(rig);
  await pool.query('delete from checklist where tenant = $1 and id = $2', [tenant, ids[2]]);
  await pushAll(rig);
  await leaveCopy(pool, scope, 'test');
  if (stage === 'verify') return at;
  await passClean(pool, tenant);
  await cutover(handover, { who: 'test', expectEpoch: 1 });
  await records.change(`list:${ids[0]}`, 'a', renamed('by Forge'));
  await records.change(`list:${ids[1]}`, 'b', () => undefined);
  if (stage === 'settled') {
    await handover.postgres.changeStage({
      ...{ who: 'test', action: 'settle', from: ['live'], to: 'settled' },
    });
  }
  return at;
}

/** Names a list's record anew. */
export function renamed(name: string) {
  return (present: Json | undefined): Json => {
    const record = present as { doc: Record<string, Json> };
    return { ...record, doc: { ...record.doc, name } };
  };
}

/** What a scrub would have said of this tenant; scrubbing has tests of its own. */
async function passClean(pool: Pool, tenant: string): Promise<void> {
  await pool.query(
    `insert into mig_pass (pass_id, tenant, grp, incarnation, epoch, kind, started, ended, result)
     values ($1, $2, 'checklists', 1, 1, 'scrub', now(), now(), 'clean')`,
    [randomUUID(), tenant],
  );
}
