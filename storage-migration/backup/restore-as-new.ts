import { LayerError } from '../errors.ts';
import { appendAudit } from '../postgres/audit.ts';
import { joinRows, type VersionRow } from '../postgres/record-reader.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { splitKey } from '../record/define-record.ts';
import { recordOf } from '../record/outgoing.ts';
import { compareVersions } from '../terms.ts';
import { insistently, pauseOf } from './apply-records.ts';
import type { BackupContext } from './backup-context.ts';
import type { BackupRecord } from './backup-record.ts';
import { contentOf } from './compare-records.ts';
import { recordOfRow } from './export-postgres.ts';
import type { RestorePlan } from './plan-restore.ts';
import { readManifest, readPart } from './read-backup.ts';
import type { ApplyRestoreOptions } from './restore-options.ts';
import type { Restored } from './restored.ts';

/** Keys that one call may name. */
const MOST = 1_000;

/**
 * Gives the named records the backup's content as an ordinary write of the app would: in a new version, whatever is there.
 * What already has that content is left alone, so running it again changes nothing. One transaction a record. Throws
 * `backup.no_such_record` for a key that the backup does not hold, or holds only as deleted: nothing is written then.
 */
export async function restoreAsNew(
  context: BackupContext,
  { folder, who }: ApplyRestoreOptions,
  keys: readonly string[],
  plan: RestorePlan,
): Promise<Restored> {
  if (keys.length > MOST) throw new RangeError(`${keys.length} keys; ${MOST} are taken at once`);
  const records = await find(context, folder, new Set(keys));
  const missing = keys.find((key) => records.get(key)?.value === undefined);
  if (missing !== undefined) {
    throw new LayerError('backup.no_such_record', `the backup holds no ${missing} to be restored`);
  }
  let applied = 0;
  for (const record of [...records.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (await writeAsNew(context, record, who, plan.backup.whole)) applied += 1;
  }
  const outcome = applied === 0 ? 'already' : 'done';
  return { outcome, applied, conflicts: plan.conflicts, epoch: plan.epoch };
}

/** The newest version of each key. */
async function find(
  { group }: BackupContext,
  folder: string,
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, BackupRecord>> {
  const manifest = await readManifest(folder);
  const found = new Map<string, BackupRecord>();
  for (const part of manifest.parts) {
    for (const record of await readPart(folder, part, group)) {
      if (!keys.has(record.key)) continue;
      const known = found.get(record.key);
      if (known === undefined || compareVersions(record.version, known.version) > 0) {
        found.set(record.key, record);
      }
    }
  }
  return found;
}

function writeAsNew(
  context: BackupContext,
  record: BackupRecord,
  who: string,
  evidence: string,
): Promise<boolean> {
  const { pool, scope, group } = context;
  const { key, value } = record;
  return insistently(pauseOf(context), () =>
    inTransaction(pool, async (client) => {
      await client.query(`select set_config('lock_timeout', '200ms', true)`);
      const found = await client.query<VersionRow>(
        `select key, slot, epoch, n, deleted from mig_ver
         where tenant = $1 and grp = $2 and key = $3 for update`,
        [scope.tenant, scope.group, key],
      );
      const [here] = await joinRows(client, group, scope.tenant, found.rows);
      if (here !== undefined && contentOf(recordOfRow(group, here)) === contentOf(record)) {
        return false;
      }
      const { source } = recordOf(group, key);
      if (source.write === undefined) {
        throw new LayerError('record.not_reversible', `${splitKey(key).type} has no way back`);
      }
      // The capture triggers give the version, as for every write at an open gate.
      await source.write(client, scope.tenant, splitKey(key).id, value);
      const reason = `${key} as a new version`;
      await appendAudit(client, { ...scope, who, action: 'restore record', reason, evidence });
      return true;
    }),
  );
}
