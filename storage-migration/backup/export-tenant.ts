import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerError } from '../errors.ts';
import { appendAudit } from '../postgres/audit.ts';
import { countUnseeded } from '../postgres/seed.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { LAYER_VERSION } from '../terms.ts';
import { alone, type BackupContext } from './backup-context.ts';
import { exportForge } from './export-forge.ts';
import { exportPostgres } from './export-postgres.ts';
import { writeWhole } from './files.ts';
import { JOURNAL } from './journal.ts';
import { BACKUP_FORMAT, MANIFEST, sealManifest, type Manifest } from './manifest.ts';
import { PartWriter } from './part-writer.ts';

export interface ExportOptions {
  /** Name in the audit: an export carries customers' text away. */
  readonly who: string;
  /** Made if it does not exist, for this user alone. Must be empty, or hold what a killed export of this tenant left. */
  readonly folder: string;
  readonly now: () => Date;
  /** Bytes of a part before it is closed. (Default: 4 MiB) */
  readonly partBytes?: number;
}

export interface Exported {
  readonly manifest: Manifest;
  /** Parts that a killed export had written and that are part of this backup. */
  readonly resumed: number;
}

/**
 * Writes a snapshot of a tenant from whichever side is the authority: every record and tombstone with its version. Streamed,
 * so its memory does not grow with the tenant. The manifest is written last, so a folder with one is a whole backup.
 *
 * After a crash, run it again. From Postgres it starts over, because a snapshot dies with its process. From Forge it keeps
 * the parts that are there and reads what the log names since.
 *
 * @throws LayerError `backup.exists` for a folder that holds anything else, `handover.parked` while a hand-over is under way,
 * `enrol.not_seeded` while rows lack a version, `plan.stale` while another export of this tenant runs.
 */
export function exportTenant(context: BackupContext, options: ExportOptions): Promise<Exported> {
  return alone(context, 'export', async () => {
    const { folder, now, partBytes, who } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseForeign(folder);
    await refuseUnseeded(context);
    const begunAt = now().toISOString();
    const fresh = async (): Promise<PartWriter> => {
      await clear(folder);
      return new PartWriter(folder, 1, partBytes);
    };
    const ofPostgres = (await isGateOpen(context))
      ? await exportPostgres(context, await fresh())
      : undefined;
    const { resumed, ...content } =
      ofPostgres === undefined
        ? await exportForge(context, { folder, partBytes, clear: () => clear(folder) })
        : { ...ofPostgres, resumed: 0 };
    const manifest = sealManifest({
      ...{ format: BACKUP_FORMAT, tenant: context.scope.tenant, group: context.group.group },
      ...{ mapping: context.group.mapping, layer: LAYER_VERSION, takenAt: begunAt },
      ...content,
    });
    await writeWhole(folder, MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    await rm(join(folder, JOURNAL), { force: true });
    await inTransaction(context.pool, (client) =>
      appendAudit(client, {
        ...{ ...context.scope, who, action: 'export', evidence: manifest.whole },
        reason: `${manifest.records} records`,
      }),
    );
    return { manifest, resumed };
  });
}

/** Names that an export may have left. */
const OURS = /^(part-\d{6}\.ndjson|export\.journal|manifest\.json)(\.unfinished)?$/;

async function refuseForeign(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.includes(MANIFEST)) {
    throw new LayerError('backup.exists', `${folder} holds a whole backup already`);
  }
  const foreign = names.find((name) => !OURS.test(name));
  if (foreign !== undefined) {
    throw new LayerError('backup.exists', `${folder} holds ${foreign}, which is of no export`);
  }
}

/** Removes what an unfinished export left, and nothing else. */
async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (OURS.test(name)) await rm(join(folder, name));
  }
}

async function isGateOpen({ pool, scope }: BackupContext): Promise<boolean> {
  const found = await pool.query(
    `select 1 from mig_gate where tenant = $1 and grp = $2 and gate = 'closed'`,
    [scope.tenant, scope.group],
  );
  return found.rowCount === 0;
}

/** A row without a version would be left out without a word. */
async function refuseUnseeded({ pool, scope }: BackupContext): Promise<void> {
  const { rowsWithoutVersion } = await countUnseeded(pool, scope.tenant, scope.group);
  if (rowsWithoutVersion > 0) {
    throw new LayerError('enrol.not_seeded', `${rowsWithoutVersion} rows have no version`);
  }
}
