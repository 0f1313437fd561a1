import type { Pool } from 'pg';
import { tenantProgress } from 'crossgrade/postgres';
import type { UpgradeStatus } from '../../checklist/index.ts';
import type { LinkStore } from '../link/link-store.ts';
import { nameSetAside } from './name-set-aside.ts';
import { toUpgradeStatus } from './upgrade-status.ts';

/** Name of the group of records that moves; the record definitions are registered under it. */
export const GROUP = 'checklists';

/** Where a tenant's move stands, for its own people. */
export async function readUpgrade(
  pool: Pool,
  links: Pick<LinkStore, 'statusOf'>,
  tenant: string,
): Promise<UpgradeStatus> {
  const [progress, link] = await Promise.all([
    tenantProgress(pool, tenant, GROUP),
    links.statusOf(tenant),
  ]);
  return toUpgradeStatus(progress, link, await nameSetAside(pool, tenant, progress.setAside));
}
