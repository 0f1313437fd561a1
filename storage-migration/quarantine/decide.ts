import type { ClientBase, Pool } from 'pg';
import { readSettled } from '../copy/read-stored.ts';
import type { SendContext } from '../copy/send-context.ts';
import type { StoredValue } from '../copy/read-value.ts';
import { LayerError } from '../errors.ts';
import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { splitKey, type GroupDefinition } from '../record/define-record.ts';
import { recordOf } from '../record/outgoing.ts';
import { compareVersions, NO_VERSION, type Scope, type Version } from '../terms.ts';
import { holdAnew, sideText, type HeldRecord, type Side } from './held-record.ts';

/** What a decision about one record needs. */
export interface DecisionContext {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
}

/** A record as the person was shown it: a decision is about these two versions and no others. */
export type SeenRecord = Pick<HeldRecord, 'key' | 'here' | 'there'>;

/** Who decides, and why; both stand in the audit. */
export interface Decider {
  readonly who: string;
  readonly reason: string;
}

/** What became of it. */
export interface Decided {
  readonly key: string;
  readonly decision: 'adopt' | 'keep';
  /** The version that counts from now on. */
  readonly version: Version;
}

/**
 * A person decides for what **Forge** holds: it becomes the row in Postgres, in one transaction with the end of the hold and an
 * audit row. A newer version of Forge is taken as it is, by the apply rule. An equal or older one gets a new version from
 * Postgres, if that is the authority, and is sent again: the rule would refuse it otherwise. What Postgres had is gone then.
 * Throws `plan.stale` when either side has moved on since it was shown, `stage.unexpected` when the record is not held or Forge
 * holds nothing, `record.not_reversible`, and what reading throws; nothing is decided then.
 */
export async function adoptRecord(
  context: DecisionContext,
  seen: SeenRecord,
  by: Decider,
): Promise<Decided> {
  const { scope, group, send } = context;
  const { key } = seen;
  const { source } = recordOf(group, key);
  if (source.write === undefined) {
    throw new LayerError('record.not_reversible', `${splitKey(key).type} has no way back`);
  }
  const stored = await readSettled(send, group, key, 'repair');
  if (stored.hash === undefined) {
    throw new LayerError('stage.unexpected', `Forge holds nothing of ${key}: keep it instead`);
  }
  const value = stored.deleted ? undefined : stored.value;
  return decide(context, seen, stored, async (client, { isOpen, here }) => {
    const isNewer = compareVersions(stored.version, here) > 0;
    if (isNewer || !isOpen) {
      // Before and after: the triggers of the app's rows then find a version of this transaction, and leave no other one.
      await putVersion(client, scope, group, key, stored);
      await source.write?.(client, scope.tenant, splitKey(key).id, value);
      await putVersion(client, scope, group, key, stored);
    } else {
      await source.write?.(client, scope.tenant, splitKey(key).id, value);
      await client.query('select mig_touch($1, $2, $3, $4)', [
        ...[scope.tenant, scope.group, key, stored.deleted],
      ]);
    }
    await client.query('select mig_reverse_done($1, $2)', [scope.tenant, scope.group]);
    return end(client, scope, key, 'adopt', by);
  });
}

/**
 * A person decides for what **Postgres** holds: it gets a version above both, and is sent like any change. What Forge held
 * is gone then. Throws `plan.stale` when either side has moved on since it was shown, and `stage.unexpected` when the record is
 * not held, or when Postgres is not the authority.
 */
export async function keepRecord(
  context: DecisionContext,
  seen: SeenRecord,
  by: Decider,
): Promise<Decided> {
  const { scope, group, send } = context;
  const { key } = seen;
  const stored = await readSettled(send, group, key, 'repair');
  return decide(context, seen, stored, async (client, { isOpen, here, epoch }) => {
    if (!isOpen || stored.version.e > epoch) {
      throw new LayerError(
        'stage.unexpected',
        `Postgres can not give ${key} a newer version: ${isOpen ? `Forge's is of epoch ${stored.version.e}, recover first` : 'Forge is the authority, adopt or roll back first'}`,
      );
    }
    const most = compareVersions(here, stored.version) > 0 ? here : stored.version;
    const n = (most.e === epoch ? most.n : 0) + 1;
    await client.query(
      `insert into mig_ver as v (tenant, grp, key, slot, epoch, n, deleted, xact)
         values ($1, $2, $3, mig_slot($3), $4, $5, true, pg_current_xact_id())
       on conflict (tenant, grp, key) do update
         set epoch = excluded.epoch, n = excluded.n, xact = excluded.xact, h = null, h_epoch = null`,
      [scope.tenant, scope.group, key, epoch, n],
    );
    await client.query(
      `insert into mig_dirty (tenant, grp, key, epoch, n) values ($1, $2, $3, $4, $5)
       on conflict (tenant, grp, key) do update set epoch = excluded.epoch, n = excluded.n`,
      [scope.tenant, scope.group, key, epoch, n],
    );
    return end(client, scope, key, 'keep', by);
  });
}

/** How the record stands in Postgres when it is decided about, and who gives the versions. */
interface Standing {
  readonly isOpen: boolean;
  readonly epoch: number;
  readonly here: Version;
}

/**
 * One transaction: the locks of the gate and of the record, the comparison with what was shown, the hold taken away, the work.
 * When either side is not as it was shown, the hold names both as they are now, for the next listing.
 */
async function decide(
  { pool, scope }: DecisionContext,
  seen: SeenRecord,
  stored: StoredValue,
  work: (client: ClientBase, standing: Standing) => Promise<Decided>,
): Promise<Decided> {
  const there: Side | null =
    stored.hash === undefined ? null : { version: stored.version, deleted: stored.deleted };
  try {
    return await inTransaction(pool, async (client) => {
      const { side, ...standing } = await begin(client, scope, seen.key);
      insistSame(seen.key, 'Postgres', seen.here, side);
      insistSame(seen.key, 'Forge', seen.there, there);
      return work(client, standing);
    });
  } catch (error) {
    if (error instanceof LayerError && error.code === 'plan.stale') {
      await holdAnew(pool, scope, seen.key, there);
    }
    throw error;
  }
}

function insistSame(key: string, where: string, shown: Side | null, now: Side | null): void {
  const isSame =
    shown === null || now === null
      ? shown === now
      : compareVersions(shown.version, now.version) === 0 && shown.deleted === now.deleted;
  if (isSame) return;
  throw new LayerError(
    'plan.stale',
    `${key} is ${sideText(now)} in ${where}, and was shown as ${sideText(shown)}`,
    { key },
  );
}

/** Takes the gate's locks and the hold away. */
async function begin(
  client: ClientBase,
  { tenant, group }: Scope,
  key: string,
): Promise<Standing & { readonly side: Side | null }> {
  const begun = await client.query<{ open: boolean }>('select mig_begin_decision($1, $2) as open', [
    ...[tenant, group],
  ]);
  const released = await client.query(
    'delete from mig_quarantine where tenant = $1 and grp = $2 and key = $3',
    [tenant, group, key],
  );
  if (released.rowCount !== 1) {
    throw new LayerError('stage.unexpected', `${key} is not held: somebody has decided already`);
  }
  const found = await client.query<{ epoch: number; n: string; deleted: boolean }>(
    'select epoch, n, deleted from mig_ver where tenant = $1 and grp = $2 and key = $3 for update',
    [tenant, group, key],
  );
  const gate = await client.query<{ epoch: number }>(
    'select epoch from mig_gate where tenant = $1 and grp = $2',
    [tenant, group],
  );
  const row = found.rows[0];
  const here = row === undefined ? NO_VERSION : { e: row.epoch, n: Number(row.n) };
  return {
    isOpen: begun.rows[0]?.open === true,
    epoch: gate.rows[0]?.epoch ?? 1,
    here,
    side: row === undefined ? null : { version: here, deleted: row.deleted },
  };
}

async function putVersion(
  client: ClientBase,
  { tenant, group: grp }: Scope,
  group: GroupDefinition,
  key: string,
  { version, deleted, hash }: StoredValue,
): Promise<void> {
  await client.query('select mig_put_version($1, $2, $3, $4, $5, $6, $7, $8)', [
    ...[tenant, grp, key, version.e, version.n, deleted, hash, group.mapping],
  ]);
}

async function end(
  client: ClientBase,
  scope: Scope,
  key: string,
  decision: Decided['decision'],
  { who, reason }: Decider,
): Promise<Decided> {
  const found = await client.query<{ epoch: number; n: string }>(
    'select epoch, n from mig_ver where tenant = $1 and grp = $2 and key = $3',
    [scope.tenant, scope.group, key],
  );
  const version = { e: found.rows[0]?.epoch ?? 0, n: Number(found.rows[0]?.n ?? 0) };
  await appendAudit(client, {
    ...{ ...scope, who, action: decision, reason },
    evidence: `${key} (${version.e}, ${version.n})`,
  });
  return { key, decision, version };
}
