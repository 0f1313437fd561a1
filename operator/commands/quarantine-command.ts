import { LayerError } from 'crossgrade';
import { readTenant, type TenantRow } from 'crossgrade/postgres';
import type { VerifyContext } from 'crossgrade/verify';
import type pg from 'pg';
import {
  adoptRecord,
  heldRecords,
  keepRecord,
  lookBack,
  markOf,
  quarantineTenant,
  resend,
  sideText,
  type Decider,
  type HeldRecord,
} from 'crossgrade/quarantine';
import type { CrossgradeConfig } from '../config.ts';
import { openPool } from '../open-pool.ts';
import { Lanes } from '../worker/tenant-lane.ts';
import { EXIT } from './handover-command.ts';
import { stepsOutOfQuarantine } from './quarantine-steps.ts';

export interface QuarantineOptions {
  /** Look at both sides again first, and hold what is found. */
  readonly look?: boolean;
  /** Keys for which Forge's content counts. */
  readonly adopt?: readonly string[];
  /** Keys for which Postgres' content counts. */
  readonly keep?: readonly string[];
  /** For all that are held Forge's content counts; the number that was listed. */
  readonly adoptAll?: string;
  /** The mark of the listing that a decision is made from, so that nothing is decided unseen. */
  readonly seen?: string;
  /** Forge's storage went back: Postgres counts as a whole. */
  readonly resend?: boolean;
  readonly reason?: string;
  readonly who: string;
  readonly json?: boolean;
}

/**
 * Shows what a quarantined tenant waits for, and carries out what a person decides. Without a decision it reads only. Each
 * decision is one transaction with one audit row; it names the listing that it is made from, and is refused when anything is not
 * as it was listed. Resolves with the exit code of `xg`'s commands.
 */
export async function quarantineCommand(
  config: CrossgradeConfig,
  tenant: string,
  options: QuarantineOptions,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  const pool = openPool(config.databaseUrl, 8);
  const scope = { tenant, group: config.group.group };
  const show = (value: object, text: readonly string[]): void =>
    print(options.json === true ? JSON.stringify(value) : text.join('\n'));
  try {
    const row = await readTenant(pool, scope);
    if (row === undefined) throw new LayerError('stage.unexpected', `${tenant} is not enrolled`);
    const verification = async (): Promise<VerifyContext> =>
      (await new Lanes(pool, config).of(row)).verify(() => false);
    const done = await carryOut(options, row, verification, pool);
    const held = await heldRecords(pool, scope);
    const now = (await readTenant(pool, scope)) ?? row;
    const { condition, condition_reason: reason, stage } = now;
    const seen = markOf(held);
    const next_steps = stepsOutOfQuarantine(tenant, stage, reason ?? '', held.length, seen);
    show({ tenant, stage, condition, reason, done, held, seen, next_steps }, [
      ...done,
      `${tenant} ${stage} ${condition ?? 'in no condition'}: ${reason ?? ''}`,
      ...held.map(lineOf),
      ...next_steps.map((step) => `  next: ${step}`),
    ]);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const { code, message, next } = error;
    show({ tenant, error: { code, message }, next_steps: [next] }, [
      `${tenant}: refused: ${message} (${code})`,
      `  next: ${next}`,
    ]);
    return code === 'plan.stale' ? EXIT.stale : EXIT.refused;
  } finally {
    await pool.end();
  }
}

async function carryOut(
  options: QuarantineOptions,
  row: TenantRow,
  verification: () => Promise<VerifyContext>,
  pool: pg.Pool,
): Promise<readonly string[]> {
  const scope = { tenant: row.tenant, group: row.grp };
  const done: string[] = [];
  if (options.look === true) {
    const { held, isDouble } = await lookBack(await verification());
    if (held.length > 0 || isDouble) {
      const reason = `${isDouble ? 'authority.double' : 'target.ahead'}: found by a look at both sides`;
      await quarantineTenant(pool, scope, { reason, who: options.who, held, closeGate: isDouble });
    }
    done.push(`looked at both sides: ${held.length} held`);
  }
  if (options.resend === true) {
    const sent = await resend(await verification(), byOf(options));
    done.push(
      `Postgres counts from epoch ${sent.epoch} on; ${sent.records} records are sent again`,
    );
  }
  const { adopt = [], keep = [], adoptAll } = options;
  if (adoptAll === undefined && adopt.length + keep.length === 0) return done;
  const by = byOf(options);
  const listed = await listedRecords(options, pool, scope);
  const named = (keys: readonly string[]): readonly HeldRecord[] =>
    keys.map((key) => {
      const found = listed.find((one) => one.key === key);
      if (found !== undefined) return found;
      throw new LayerError('stage.unexpected', `${key} is not held`);
    });
  const [adopted, kept] = [adoptAll === undefined ? named(adopt) : listed, named(keep)];
  const context = await verification();
  for (const record of adopted) {
    const { key, version } = await adoptRecord(context, record, by);
    done.push(`${key}: Forge's content counts, as (${version.e}, ${version.n})`);
  }
  for (const record of kept) {
    const { key, version } = await keepRecord(context, record, by);
    done.push(`${key}: Postgres' content counts, as (${version.e}, ${version.n})`);
  }
  return done;
}

/** What is held, if it is what the person was shown. Each decision compares it with the two sides once more. */
async function listedRecords(
  { adoptAll, seen }: QuarantineOptions,
  pool: pg.Pool,
  scope: { tenant: string; group: string },
): Promise<readonly HeldRecord[]> {
  const held = await heldRecords(pool, scope);
  if (seen === undefined) {
    throw new LayerError('config.invalid', 'a decision names what was listed: --seen <mark>');
  }
  if (adoptAll !== undefined && held.length !== Number(adoptAll)) {
    throw new LayerError('plan.stale', `${held.length} records are held, not ${adoptAll}`);
  }
  if (markOf(held) !== seen) {
    throw new LayerError('plan.stale', 'what is held is not what was listed');
  }
  return held;
}

function byOf({ who, reason }: QuarantineOptions): Decider {
  if (reason === undefined || reason.trim() === '') {
    throw new LayerError('config.invalid', 'a decision needs a --reason, for the audit');
  }
  return { who, reason };
}

function lineOf({ key, code, here, there }: HeldRecord): string {
  return `  held ${key}: Postgres ${sideText(here)}, Forge ${sideText(there)} (${code})`;
}
