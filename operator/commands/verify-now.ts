import { readTenant } from 'crossgrade/postgres';
import { compareDigests, followerIn, scrub } from 'crossgrade/verify';
import type { CrossgradeConfig } from '../config.ts';
import { openPool } from '../open-pool.ts';
import { Lanes } from '../worker/tenant-lane.ts';

/**
 * Verifies one tenant in this process. Resolves with the exit code: 0 equal, 1 different, 2 when the pass proved nothing or
 * the tenant has no target yet.
 */
export async function verifyNow(
  config: CrossgradeConfig,
  tenant: string,
  options: { full?: boolean; json?: boolean },
): Promise<number> {
  const pool = openPool(config.databaseUrl, 8);
  try {
    const row = await readTenant(pool, { tenant, group: config.group.group });
    if (row === undefined || row.stage === 'off') {
      process.stderr.write(`${tenant} is not enrolled yet: there is nothing to compare with.\n`);
      return 2;
    }
    const lane = await new Lanes(pool, config).of(row);
    const context = { ...lane.verify(() => false), follower: followerIn(row.stage) };
    const digest = await compareDigests(context);
    const full = options.full === true ? await scrub(context, { again: true }) : undefined;
    const results = [digest, ...(full === undefined ? [] : [full])];
    const text = options.json
      ? JSON.stringify({ tenant, digest, scrub: full ?? null })
      : results
          .map(
            (pass) =>
              `${pass.result}: ${pass.compared} records, ${pass.differences} differences (pass ${pass.passId})`,
          )
          .join('\n');
    process.stdout.write(`${text}\n`);
    if (results.some((pass) => pass.result === 'different')) return 1;
    return results.some((pass) => pass.result === 'abandoned') ? 2 : 0;
  } finally {
    await pool.end();
  }
}
