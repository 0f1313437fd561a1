import type { Pool } from 'pg';
import type { SendContext } from '../copy/send-context.ts';
import { RecordReader } from '../postgres/record-reader.ts';
import { readTenant, type TenantRow } from '../postgres/tenant-row.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import { followerIn, type VerifyContext } from '../verify/verify-context.ts';
import type { ShadowClass } from './classify-shadow.ts';
import { readBoth, readTwice, type ShadowReport } from './read-both.ts';
import { ShadowSkip } from './shadow-skip.ts';

export interface CompareContext {
  readonly pool: Pool;
  readonly group: GroupDefinition;
  /** Opens the tenant's target. Its units should be of an account that never waits; see {@link NEVER_WAIT}. */
  readonly open: (row: TenantRow) => SendContext;
}

const COMPARABLE: readonly string[] = ['copy', 'verify', 'live', 'settled'];

/**
 * Reads a record of a tenant on both sides, wherever the authority is now. Throws `ShadowSkip` for a tenant that is not
 * between two stores, is stopped, or was handed over meanwhile: nothing follows from such a read.
 */
export function compareRecord(
  context: CompareContext,
  tenant: string,
  key: string,
): Promise<ShadowReport> {
  return inOneStage(context, tenant, (verification) => readBoth(verification, key));
}

/** The authority compared with itself: what differs then is noise. */
export function calibrateRecord(
  context: CompareContext,
  tenant: string,
  key: string,
): Promise<ShadowClass> {
  return inOneStage(context, tenant, (verification) => readTwice(verification, key));
}

async function inOneStage<T>(
  { pool, group, open }: CompareContext,
  tenant: string,
  read: (verification: VerifyContext) => Promise<T>,
): Promise<T> {
  const scope = { tenant, group: group.group };
  const row = await readTenant(pool, scope);
  if (row?.condition !== null || !COMPARABLE.includes(row.stage)) {
    throw new ShadowSkip('the tenant is not between two stores');
  }
  const reader = new RecordReader(pool, group, tenant, row.buckets);
  const follower = followerIn(row.stage);
  const found = await read({ pool, scope, group, send: open(row), reader, follower });
  const after = await readTenant(pool, scope);
  if (after?.stage !== row.stage || after.incarnation !== row.incarnation) {
    throw new ShadowSkip('the tenant was handed over meanwhile');
  }
  return found;
}
