import type { Json } from 'crossgrade';
import { cutover, makeHandover, type HandoverContext } from 'crossgrade/handover';
import { ForgeRecords, type ChangeResult } from 'crossgrade/live';
import { leaveCopy, readTenant } from 'crossgrade/postgres';
import { compareDigests, scrub } from 'crossgrade/verify';
import type { Pool } from 'pg';
import { checklists } from '../../../remote-server/records/index.ts';
import { enrolledRig, type Rig } from './rig.ts';
import { insertList } from './rows.ts';
import { backfill, pushAll } from './run.ts';

/** A tenant on a rig, whose time moves only when somebody waits: for outages of hours. */
export interface RigTenant {
  readonly tenant: string;
  readonly rig: Rig;
  readonly ids: readonly string[];
  readonly handover: HandoverContext;
  stage(): Promise<string | undefined>;
  nameInPostgres(id: string): Promise<string | undefined>;
  nameAtForge(id: string): string | undefined;
  renameAtForge(id: string, name: string, mutation?: string): Promise<ChangeResult>;
  /** Digest comparison and a full scrub. */
  isClean(): Promise<boolean>;
}

/** Its hand-over, in whose way Forge stops answering in the moment in which the gate has closed. */
export function outageAtClose(
  { handover, rig }: RigTenant,
  outage: 'unreachable' | number,
): HandoverContext {
  const { postgres } = handover;
  const closeGate = async (epoch: number, waitMs: number): Promise<boolean> => {
    const closed = await postgres.closeGate(epoch, waitMs);
    rig.faults.outage = outage;
    return closed;
  };
  return { ...handover, postgres: { ...postgres, closeGate } };
}

/** Copied; verified and ready to be handed over unless `until` says otherwise; handed over with `live`. */
export async function rigTenant(
  pool: Pool,
  tenant: string,
  until: 'enrolled' | 'verify' | 'live' = 'verify',
  lists = 10,
): Promise<RigTenant> {
  const ids: string[] = [];
  for (let i = 0; i < lists; i++) ids.push(await insertList(pool, tenant, { items: i % 4 }));
  const switches = { spuriousConflict: 0, batchGetConsistency: 'strict' } as const;
  const rig = await enrolledRig(pool, tenant, { switches });
  const { send, reader, ledger } = rig;
  const { scope } = rig.verify;
  const handover = makeHandover({ pool, scope, group: checklists, send, reader, ledger });
  const records = new ForgeRecords(send, checklists);
  const self: RigTenant = {
    ...{ tenant, rig, ids, handover },
    stage: async () => (await readTenant(pool, scope))?.stage,
    async nameInPostgres(id) {
      const found = await pool.query<{ name: string }>(
        'select name from checklist where tenant = $1 and id = $2',
        [tenant, id],
      );
      return found.rows[0]?.name;
    },
    nameAtForge(id) {
      const item = [...rig.store.inspect(rig.installationId)].find(
        (stored) => stored.key === `list:${id}`,
      );
      return (item?.value as { doc?: { name?: string } } | undefined)?.doc?.name;
    },
    renameAtForge: (id, name, mutation = name) =>
      records.change(`list:${id}`, mutation, (present) => {
        const record = present as { doc: Record<string, Json> };
        return { ...record, doc: { ...record.doc, name } };
      }),
    async isClean() {
      const digest = await compareDigests(rig.verify);
      const read = await scrub(rig.verify, { again: true });
      return digest.result === 'clean' && read.result === 'clean';
    },
  };
  if (until === 'enrolled') return self;
  await backfill(rig);
  await pushAll(rig);
  await leaveCopy(pool, scope, 'test');
  await scrub(rig.verify);
  if (until === 'live') await cutover(handover, { who: 'test', expectEpoch: 1 });
  return self;
}
