import { explain, type Explanation } from 'crossgrade/live';
import { readTenant } from 'crossgrade/postgres';
import { LayerError, type Version } from 'crossgrade';
import { HeadBook } from 'crossgrade/copy';
import { heldRecords, type HeldRecord } from 'crossgrade/quarantine';
import type { CrossgradeConfig } from '../config.ts';
import { openPool } from '../open-pool.ts';
import { Lanes } from '../worker/tenant-lane.ts';

/** Prints what both sides know of one record; no values. Resolves with the exit code: 2 when the tenant has no target. */
export async function explainRecord(
  config: CrossgradeConfig,
  tenant: string,
  key: string,
  options: { json?: boolean },
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  const pool = openPool(config.databaseUrl, 4);
  try {
    const scope = { tenant, group: config.group.group };
    const row = await readTenant(pool, scope);
    if (row === undefined || row.stage === 'off') {
      process.stderr.write(`${tenant} is not enrolled yet.\n`);
      return 2;
    }
    const lane = await new Lanes(pool, config).of(row);
    // Without memory: a head that went back is to be explained, too.
    const send = { ...lane.send, heads: new HeadBook() };
    const explanation = await explain({ pool, scope, group: config.group, send }, key);
    const held = (await heldRecords(pool, scope)).find((one) => one.key === key) ?? null;
    const { condition, condition_reason: reason } = row;
    print(
      options.json === true
        ? JSON.stringify({ ...explanation, condition, reason, held })
        : [
            textOf(explanation),
            ...(condition === null ? [] : [`  the tenant is ${condition}: ${reason ?? ''}`]),
            ...(held === null ? [] : [heldText(held, tenant)]),
          ].join('\n'),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    print(`${key}: ${error.message} (${error.code})\n  next: ${error.next}`);
    return 1;
  } finally {
    await pool.end();
  }
}

function heldText({ code }: HeldRecord, tenant: string): string {
  return `  held (${code}): nobody writes it until a person has decided\n  next: xg quarantine ${tenant}`;
}

/** The explanation for a person. */
export function textOf({ key, bucket, postgres, forge, verdict }: Explanation): string {
  const { gate, version, deleted, hash, dirty, setAside, reverse } = postgres;
  const { head, log } = forge;
  return [
    `${key} in bucket ${bucket}: ${verdict}`,
    `  Postgres  ${v(version)}${deleted ? ' deleted' : ''}, hash ${hash === null ? 'unknown' : `${hash.hash} of ${v(hash.of)}`}`,
    `            gate ${gate === null ? 'open' : `${gate.state} at epoch ${gate.epoch}`}`,
    dirty === null
      ? undefined
      : `            dirty ${v(dirty.version)} since ${dirty.since.toISOString()}`,
    setAside === null ? undefined : `            set aside: ${setAside.code} ${setAside.reason}`,
    reverse === null
      ? undefined
      : `            come back up to ${reverse.seq}, head seen at ${reverse.seenSeq}`,
    `  Forge     ${v(forge.version)}${forge.deleted ? ' deleted' : ''}, hash ${forge.hash ?? 'none'}`,
    `            head ${head.authority} at epoch ${head.epoch}, seq ${head.seq}, f0 ${head.f0}, copied to ${head.cursor}`,
    log === null
      ? undefined
      : `            log ${log.seq}: ${v(log.version)}, by ${log.mutation ?? 'nobody'}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function v(version: Version | null): string {
  return version === null ? 'nothing' : `(${version.e}, ${version.n})`;
}
