import { LayerError, type LayerErrorCode } from '../errors.ts';
import { readTenant } from '../postgres/tenant-row.ts';
import type { BackupContext } from './backup-context.ts';
import { compareRecords } from './compare-records.ts';
import type { Manifest } from './manifest.ts';
import { checkBackup, readManifest, readPart } from './read-backup.ts';
import type { RestoreOptions } from './restore-options.ts';

/** Records compared in one snapshot. */
export const CHUNK = 100;
/** Keys named in a plan; the number says how many there are. */
const MOST_NAMED = 20;
/** What a restore adds to the highest epoch seen: far above whatever is still under way. */
export const EPOCH_STEP = 1_000;

/** What a restore would do. */
export interface RestorePlan {
  readonly tenant: string;
  readonly backup: Pick<
    Manifest,
    'tenant' | 'takenAt' | 'authority' | 'consistency' | 'epoch' | 'whole' | 'records'
  >;
  /** To be given back as `expectEpoch`. */
  readonly epoch: number;
  /** The gate goes to this epoch or above before the first record is written. */
  readonly toEpoch: number;
  readonly newer: number;
  readonly older: number;
  readonly same: number;
  /** Records with the same version and another content: they stay as they are. */
  readonly conflicts: number;
  /** Some of them by name. */
  readonly conflicting: readonly string[];
  readonly refusals: readonly { readonly code: LayerErrorCode; readonly reason: string }[];
  /** Nothing in the backup is newer than what is there. */
  readonly isDone: boolean;
}

/**
 * Reads and checks the whole backup and compares it with what Postgres holds. Touches nothing. Throws what `checkBackup`
 * throws: a backup with any fault is not planned with.
 */
export async function planRestore(
  context: BackupContext,
  { folder, intoAnotherTenant = false }: RestoreOptions,
): Promise<RestorePlan> {
  const { scope, group } = context;
  const manifest = await readManifest(folder);
  await checkBackup(folder, manifest, group);
  const counts = { newer: 0, older: 0, same: 0, conflict: 0 };
  const conflicting: string[] = [];
  for (const part of manifest.parts) {
    const records = await readPart(folder, part, group);
    for (let at = 0; at < records.length; at += CHUNK) {
      for (const [{ key }, standing] of await compareRecords(
        context,
        records.slice(at, at + CHUNK),
      )) {
        counts[standing] += 1;
        if (standing === 'conflict' && conflicting.length < MOST_NAMED) conflicting.push(key);
      }
    }
  }
  const gate = await readGateRow(context);
  const refusals = await refusalsOf(context, manifest, gate.isOpen, intoAnotherTenant);
  const { tenant, takenAt, authority, consistency, epoch, whole, records } = manifest;
  return {
    tenant: scope.tenant,
    backup: { tenant, takenAt, authority, consistency, epoch, whole, records },
    epoch: gate.epoch,
    toEpoch: Math.max(gate.epoch, manifest.highestEpoch) + EPOCH_STEP,
    ...{ newer: counts.newer, older: counts.older, same: counts.same },
    ...{ conflicts: counts.conflict, conflicting, refusals },
    isDone: counts.newer === 0,
  };
}

/** The gate as it stands; open at epoch 1 for a tenant that nobody has written yet. */
export async function readGateRow({
  pool,
  scope,
}: BackupContext): Promise<{ readonly isOpen: boolean; readonly epoch: number }> {
  const found = await pool.query<{ gate: string; epoch: number }>(
    'select gate, epoch from mig_gate where tenant = $1 and grp = $2',
    [scope.tenant, scope.group],
  );
  const row = found.rows[0];
  return { isOpen: row?.gate !== 'closed', epoch: row?.epoch ?? 1 };
}

async function refusalsOf(
  { pool, scope, group }: BackupContext,
  manifest: Manifest,
  isOpen: boolean,
  intoAnotherTenant: boolean,
): Promise<RestorePlan['refusals']> {
  const refusals: { code: LayerErrorCode; reason: string }[] = [];
  if (!isOpen) {
    refusals.push({ code: 'restore.not_authority', reason: 'Postgres takes no writes now' });
  }
  const row = await readTenant(pool, scope);
  if (row?.condition === 'erasing') {
    refusals.push({ code: 'stage.unexpected', reason: 'an erasure is under way' });
  }
  const held = await pool.query(
    'select 1 from mig_quarantine where tenant = $1 and grp = $2 limit 1',
    [scope.tenant, scope.group],
  );
  if (held.rowCount === 1) {
    refusals.push({ code: 'stage.unexpected', reason: 'some records are held for a decision' });
  }
  if (manifest.tenant !== scope.tenant && !intoAnotherTenant) {
    refusals.push({
      code: 'backup.other_tenant',
      reason: `the backup is of ${manifest.tenant}, not of ${scope.tenant}`,
    });
  }
  for (const { type, source } of group.records.values()) {
    if (source.write === undefined) {
      const reason = `record type "${type}" has no way into Postgres`;
      refusals.push({ code: 'record.not_reversible', reason });
    }
  }
  return refusals;
}

/** Throws the first refusal of a plan, and `plan.stale` when the tenant has moved on since. */
export function insistOnPlan(plan: RestorePlan, expectEpoch: number): void {
  const [refusal] = plan.refusals;
  if (refusal !== undefined) throw new LayerError(refusal.code, refusal.reason);
  if (plan.epoch !== expectEpoch) {
    throw new LayerError('plan.stale', `the plan is for epoch ${expectEpoch}, it is ${plan.epoch}`);
  }
}
