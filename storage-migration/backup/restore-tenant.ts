import { appendAudit } from '../postgres/audit.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { applyRecords, pauseOf } from './apply-records.ts';
import { alone, type BackupContext } from './backup-context.ts';
import { liftGate } from './lift-gate.ts';
import { insistOnPlan, planRestore, readGateRow, type RestorePlan } from './plan-restore.ts';
import { readManifest, readPart } from './read-backup.ts';
import { restoreAsNew } from './restore-as-new.ts';
import type { ApplyRestoreOptions } from './restore-options.ts';
import type { Manifest } from './manifest.ts';
import type { Restored } from './restored.ts';

/** Records of one transaction: few, because it holds their rows against the app. */
const BATCH = 25;

/**
 * Puts a backup into a tenant by the apply rule: each record is written only if it is newer than what is there, deletes
 * included. Never undoes a newer record, and leaves alone what the backup does not name. Checks the whole backup before it
 * touches anything, and each part again when it is applied. Only while Postgres is the authority. Running it again goes on
 * where it ended, or finds nothing to do.
 *
 * Afterwards the gate stands above every epoch of the backup, every verification is void, and the records travel to the
 * target like all changes.
 *
 * @throws LayerError what `checkBackup` throws, `restore.not_authority`, `backup.other_tenant`, `plan.stale`.
 */
export function restoreTenant(
  context: BackupContext,
  options: ApplyRestoreOptions,
): Promise<Restored> {
  return alone(context, 'restore', async () => {
    const plan = await planRestore(context, options);
    insistOnPlan(plan, options.expectEpoch);
    if (options.asNew !== undefined) return restoreAsNew(context, options, options.asNew, plan);
    if (plan.isDone) {
      await endUnfinished(context, plan, options.who);
      return { outcome: 'already', applied: 0, conflicts: plan.conflicts, epoch: plan.epoch };
    }
    const manifest = await readManifest(options.folder);
    return applyAll(context, options, manifest, plan);
  });
}

async function applyAll(
  context: BackupContext,
  { folder, who, shouldStop = () => false }: ApplyRestoreOptions,
  manifest: Manifest,
  plan: RestorePlan,
): Promise<Restored> {
  const { group } = context;
  const done = await begin(context, manifest, who);
  const pause = pauseOf(context);
  let applied = 0;
  for (const [index, part] of manifest.parts.entries()) {
    if (index < done) continue;
    const records = await readPart(folder, part, group);
    let ofPart = 0;
    for (let at = 0; at < records.length; at += BATCH) {
      if (shouldStop()) return { ...(await standing()), outcome: 'stopped' };
      ofPart += await applyRecords(context, records.slice(at, at + BATCH), pause);
    }
    applied += ofPart;
    await notePart(context, manifest, index + 1, ofPart);
  }
  await end(context, manifest, who, applied);
  return { ...(await standing()), outcome: 'done' };

  async function standing() {
    const { epoch } = await readGateRow(context);
    return { applied, conflicts: plan.conflicts, epoch };
  }
}

/** Lifts the gate, or finds it where a killed restore of this backup left it. Returns how many parts that had finished. */
async function begin(context: BackupContext, manifest: Manifest, who: string): Promise<number> {
  const { pool, scope } = context;
  const at = [scope.tenant, scope.group, manifest.whole];
  const begun = await pool.query<{ epoch: number; parts_done: number }>(
    `select epoch, parts_done from mig_restore
     where tenant = $1 and grp = $2 and backup = $3 and ended is null`,
    at,
  );
  const gate = await readGateRow(context);
  const before = begun.rows[0];
  if (before !== undefined && gate.isOpen && gate.epoch >= before.epoch) return before.parts_done;
  const epoch = await liftGate(context, manifest.highestEpoch, pauseOf(context));
  await inTransaction(pool, async (client) => {
    await client.query(
      `insert into mig_restore (tenant, grp, backup, epoch) values ($1, $2, $3, $4)
       on conflict (tenant, grp, backup) do update
         set epoch = excluded.epoch, parts_done = 0, applied = 0, started = now(), ended = null`,
      [...at, epoch],
    );
    await client.query('select mig_void_passes($1, $2)', [scope.tenant, scope.group]);
    const reason = `a backup of ${manifest.tenant} of ${manifest.takenAt}`;
    const evidence = manifest.whole;
    await appendAudit(client, { ...scope, who, action: 'restore', reason, evidence });
  });
  return 0;
}

async function notePart(
  { pool, scope }: BackupContext,
  { whole }: Manifest,
  done: number,
  applied: number,
): Promise<void> {
  await pool.query(
    `update mig_restore set parts_done = $4, applied = applied + $5
     where tenant = $1 and grp = $2 and backup = $3`,
    [scope.tenant, scope.group, whole, done, applied],
  );
}

/** A killed restore may have written everything and not said so. */
async function endUnfinished(context: BackupContext, plan: RestorePlan, who: string) {
  const { pool, scope } = context;
  const found = await pool.query<{ applied: string }>(
    `select applied from mig_restore
     where tenant = $1 and grp = $2 and backup = $3 and ended is null`,
    [scope.tenant, scope.group, plan.backup.whole],
  );
  const row = found.rows[0];
  if (row !== undefined) await end(context, plan.backup, who, Number(row.applied));
}

async function end(
  { pool, scope }: BackupContext,
  { whole }: Pick<Manifest, 'whole'>,
  who: string,
  applied: number,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(
      `update mig_restore set ended = now() where tenant = $1 and grp = $2 and backup = $3`,
      [scope.tenant, scope.group, whole],
    );
    await client.query('select mig_void_passes($1, $2)', [scope.tenant, scope.group]);
    const reason = `${applied} records`;
    await appendAudit(client, { ...scope, who, action: 'restored', reason, evidence: whole });
  });
}
