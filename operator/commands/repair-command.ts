import { LayerError } from 'crossgrade';
import { findBroken, repair } from 'crossgrade/verify';
import { openPool } from '../open-pool.ts';
import type { CrossgradeConfig } from '../config.ts';
import { readFacts } from '../handover/tenant-facts.ts';
import { failed } from './export-command.ts';
import { EXIT } from './handover-command.ts';

export interface RepairCommandOptions {
  readonly plan?: boolean;
  readonly expectEpoch?: string;
  readonly reason?: string;
  readonly who: string;
  readonly json?: boolean;
}

/** Plans or applies a repair, prints what it came to, and resolves with the exit code. Without keys: what was found last. */
export async function repairCommand(
  config: CrossgradeConfig,
  tenant: string,
  keys: readonly string[],
  options: RepairCommandOptions,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  const pool = openPool(config.databaseUrl, 2);
  const { group } = config;
  const context = { pool, group, scope: { tenant, group: group.group } };
  const show = (value: object, text: string): void =>
    print(options.json === true ? JSON.stringify({ tenant, command: 'repair', ...value }) : text);
  try {
    const chosen = keys.length > 0 ? keys : await findBroken(context);
    const { epoch } = await readFacts(pool, context.scope);
    if (options.plan === true) {
      const next_steps =
        chosen.length === 0
          ? []
          : [`xg repair ${tenant} ${keys.join(' ')} --expect-epoch ${epoch} --reason "<why>"`];
      const named = chosen.length > 0 ? `: ${chosen.slice(0, 20).join(', ')}` : '';
      const text = [
        `${tenant} at epoch ${epoch}: ${chosen.length} records would get a new version and be sent again${named}`,
        ...next_steps.map((step) => `  next: ${step}`),
      ];
      show({ epoch, keys: chosen, next_steps }, text.join('\n'));
      return EXIT.done;
    }
    const expectEpoch = Number(options.expectEpoch);
    if (options.expectEpoch === undefined || !Number.isInteger(expectEpoch)) {
      throw new LayerError('config.invalid', 'give --plan, or --expect-epoch from a plan');
    }
    const reason = (options.reason ?? '').trim();
    if (reason === '') {
      throw new LayerError('config.invalid', 'repair needs a reason, for the audit');
    }
    const { who } = options;
    const repaired = await repair(context, { keys: chosen, who, reason, expectEpoch });
    const next_steps = [`a worker sends and verifies anew: xg status ${tenant}`];
    show({ repaired, epoch, next_steps }, `${tenant}: ${repaired} records are sent again`);
    return EXIT.done;
  } catch (error) {
    return failed(error, tenant, 'repair', options, print);
  } finally {
    await pool.end();
  }
}
