import { readTenant } from 'crossgrade/postgres';
import type { BackupContext } from 'crossgrade/backup';
import type { Pool } from 'pg';
import type { CrossgradeConfig } from '../config.ts';
import { Lanes } from '../worker/tenant-lane.ts';

/** What a backup of a tenant stands on; without a target when the tenant was never enrolled. */
export async function backupContextOf(
  config: CrossgradeConfig,
  pool: Pool,
  tenant: string,
): Promise<BackupContext> {
  const { group } = config;
  const scope = { tenant, group: group.group };
  const row = await readTenant(pool, scope);
  const hasTarget = row !== undefined && row.stage !== 'off';
  const send = hasTarget ? (await new Lanes(pool, config).of(row)).send : undefined;
  return { pool, scope, group, send };
}
