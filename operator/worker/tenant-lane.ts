import {
  HeadBook,
  newCopyAccount,
  SYSTEM_TIMING,
  UnitAccount,
  unhurried,
  type SendContext,
} from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { makeHandover, type EraseContext, type HandoverContext } from 'crossgrade/handover';
import { Looks } from 'crossgrade/live';
import {
  PostgresLedger,
  postgresGovernorStore,
  RecordReader,
  withOperations,
  type TenantRow,
} from 'crossgrade/postgres';
import type { VerifyContext } from 'crossgrade/verify';
import type { Pool } from 'pg';
import type { CrossgradeConfig } from '../config.ts';

/** Everything this process keeps for one tenant: its heads as last known, its share of the quota, its readers. */
export interface TenantLane {
  readonly row: TenantRow;
  readonly send: SendContext;
  readonly reader: RecordReader;
  readonly ledger: PostgresLedger;
  readonly handover: HandoverContext;
  /** At the heads, by the turns of reverse replication. */
  readonly looks: Looks;
  /** For what is done to the tenant as a whole: finalize, erase, terminate, forced failover. */
  readonly operations: EraseContext;
  verify(shouldStop: () => boolean): VerifyContext;
}

/** Makes lanes and keeps them while the tenant's target stays the same. */
export class Lanes {
  readonly #pool: Pool;
  readonly #config: CrossgradeConfig;
  readonly #lanes = new Map<string, TenantLane>();

  constructor(pool: Pool, config: CrossgradeConfig) {
    this.#pool = pool;
    this.#config = config;
  }

  async of(row: TenantRow): Promise<TenantLane> {
    const identity = `${row.tenant}/${row.installation_id}/${row.incarnation}`;
    const known = this.#lanes.get(identity);
    if (known !== undefined) return known;
    const lane = this.#make(row);
    await this.#recallRegisters(lane);
    this.#lanes.set(identity, lane);
    return lane;
  }

  /** Forgets what was guessed about a tenant, after an error that made it doubtful. */
  forget(tenant: string): void {
    for (const [identity, { row }] of this.#lanes) {
      if (row.tenant === tenant) this.#lanes.delete(identity);
    }
  }

  #make(row: TenantRow): TenantLane {
    const { group, storageUrl, backfillShare } = this.#config;
    const pool = this.#pool;
    const scope = { tenant: row.tenant, group: row.grp };
    const send: SendContext = {
      scope: {
        group: row.grp,
        buckets: row.buckets,
        tenantKey: row.hash_key,
        incarnation: row.incarnation,
        mapping: group.mapping,
      },
      carrier: new RestCarrier({
        baseUrl: storageUrl,
        token: () => this.#config.systemToken(pool, row.installation_id),
      }),
      units: new UnitAccount(
        postgresGovernorStore(pool, row.installation_id),
        SYSTEM_TIMING,
        backfillShare === undefined ? {} : { backfillShare },
      ),
      timing: SYSTEM_TIMING,
      heads: new HeadBook(),
      random: Math.random,
      account: newCopyAccount(),
    };
    const reader = new RecordReader(pool, group, row.tenant, row.buckets);
    const ledger = new PostgresLedger(pool, scope, row.incarnation, group.mapping);
    const handover = makeHandover({ pool, scope, group, send, reader, ledger });
    return {
      row,
      send,
      reader,
      ledger,
      handover,
      looks: new Looks(),
      operations: { ...withOperations(pool, handover), reader },
      verify: (shouldStop) => ({ pool, scope, group, send: unhurried(send), reader, shouldStop }),
    };
  }

  /** A register below one that any process has seen means a restored or cloned store. */
  async #recallRegisters({ row, send }: TenantLane): Promise<void> {
    const seen = await this.#pool.query<{ bucket: number; epoch: number; seq: string }>(
      `select bucket, seen_epoch as epoch, seen_seq as seq from mig_racked where tenant = $1 and grp = $2`,
      [row.tenant, row.grp],
    );
    for (const { bucket, epoch, seq } of seen.rows) send.heads.recall(bucket, epoch, Number(seq));
  }
}
