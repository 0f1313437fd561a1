import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { checklists } from '../../../remote-server/records/index.ts';
import type { SendContext } from '../../copy/send-context.ts';
import { compareVersions } from '../../terms.ts';
import type { BackupContext } from '../backup-context.ts';
import type { BackupRecord } from '../backup-record.ts';
import { exportTenant } from '../export-tenant.ts';
import { readManifest, readPart } from '../read-backup.ts';

/** Folders that go with the test file. */
export async function folders(): Promise<{ next(): string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'crossgrade-backup-'));
  let made = 0;
  return {
    next: () => join(root, String((made += 1))),
    remove: () => rm(root, { recursive: true }),
  };
}

export function contextOf(pool: Pool, tenant: string, send?: SendContext): BackupContext {
  return { pool, scope: { tenant, group: checklists.group }, group: checklists, send };
}

/** Exports and reads back: the newest version of each key. */
export async function backupOf(
  context: BackupContext,
  folder: string,
  partBytes = 2_000,
): Promise<Map<string, BackupRecord>> {
  await exportTenant(context, { folder, who: 'olga', now: () => new Date(), partBytes });
  return recordsIn(folder);
}

export async function recordsIn(folder: string): Promise<Map<string, BackupRecord>> {
  const records = new Map<string, BackupRecord>();
  for (const part of (await readManifest(folder)).parts) {
    for (const record of await readPart(folder, part, checklists)) {
      const known = records.get(record.key);
      if (known === undefined || compareVersions(record.version, known.version) > 0) {
        records.set(record.key, record);
      }
    }
  }
  return records;
}
