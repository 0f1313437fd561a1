import { LayerError } from 'crossgrade';
import { planRestore, restoreTenant, type Restored, type RestorePlan } from 'crossgrade/backup';
import { openPool } from '../open-pool.ts';
import type { CrossgradeConfig } from '../config.ts';
import { backupContextOf } from './backup-context-of.ts';
import { failed } from './export-command.ts';
import { EXIT } from './handover-command.ts';

export interface RestoreCommandOptions {
  readonly plan?: boolean;
  readonly expectEpoch?: string;
  /** The tenant's name once more: a restore writes customers' data. */
  readonly confirm?: string;
  readonly intoAnotherTenant?: boolean;
  readonly asNew?: readonly string[];
  readonly who: string;
  readonly json?: boolean;
}

/** Plans or applies a restore of one tenant, prints what it came to, and resolves with the exit code. */
export async function restoreCommand(
  config: CrossgradeConfig,
  tenant: string,
  folder: string,
  options: RestoreCommandOptions,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  const pool = openPool(config.databaseUrl, 8);
  const show = (value: object, text: readonly string[]): void =>
    print(options.json === true ? JSON.stringify(value) : text.join('\n'));
  const { intoAnotherTenant, asNew, who } = options;
  const restore = {
    ...{ folder, ...(asNew === undefined ? {} : { asNew }) },
    ...(intoAnotherTenant === undefined ? {} : { intoAnotherTenant }),
  };
  try {
    const context = await backupContextOf(config, pool, tenant);
    if (options.plan === true) {
      const plan = await planRestore(context, restore);
      const next_steps = stepsOfPlan(plan, folder, options);
      show({ ...plan, next_steps }, planText(plan, next_steps, asNew));
      return plan.refusals.length > 0 ? EXIT.refused : EXIT.done;
    }
    const expectEpoch = Number(options.expectEpoch);
    if (options.expectEpoch === undefined || !Number.isInteger(expectEpoch)) {
      throw new LayerError('config.invalid', 'give --plan, or --expect-epoch from a plan');
    }
    if (options.confirm !== tenant) {
      throw new LayerError('config.invalid', `give --confirm ${tenant}: it writes this tenant`);
    }
    const restored = await restoreTenant(context, { ...restore, who, expectEpoch });
    const next_steps = stepsAfterRestore(restored, tenant, context.send !== undefined);
    show({ tenant, command: 'restore', ...restored, next_steps }, [
      `${tenant}: restore ${restored.outcome}, ${restored.applied} records written, at epoch ${restored.epoch}`,
      ...next_steps.map((step) => `  next: ${step}`),
    ]);
    return EXIT.done;
  } catch (error) {
    return failed(error, tenant, 'restore', options, print);
  } finally {
    await pool.end();
  }
}

function stepsOfPlan(
  { tenant, epoch, refusals, isDone }: RestorePlan,
  folder: string,
  { asNew, intoAnotherTenant }: RestoreCommandOptions,
): string[] {
  if (refusals.length > 0) return refusals.map(({ reason }) => `see to it first: ${reason}`);
  if (isDone && asNew === undefined) return [];
  const another = intoAnotherTenant === true ? ' --into-another-tenant' : '';
  const keys = asNew === undefined ? '' : ` --as-new ${asNew.join(' ')}`;
  return [
    `xg restore ${tenant} ${folder} --expect-epoch ${epoch} --confirm ${tenant}${another}${keys}`,
  ];
}

function planText(
  plan: RestorePlan,
  steps: readonly string[],
  asNew: readonly string[] | undefined,
): readonly string[] {
  const { tenant, backup, epoch, toEpoch, newer, older, same, conflicts, conflicting } = plan;
  const what =
    asNew === undefined
      ? `  ${newer} would be written, ${older} are older than what is there, ${same} the same`
      : `  ${asNew.length} keys get a new version with the backup's content, whatever is there`;
  return [
    `${tenant} at epoch ${epoch}: restore ${backup.records} records of ${backup.tenant}, ${backup.takenAt}`,
    ...(plan.isDone && asNew === undefined ? ['  nothing to do'] : []),
    what,
    ...(conflicts > 0
      ? [
          `  ${conflicts} have the same version and another content, and stay: ${conflicting.join(', ')}`,
        ]
      : []),
    ...(asNew === undefined && !plan.isDone
      ? [
          `  the gate goes to epoch ${toEpoch} or above; what the app writes while it runs stays`,
          '  risk: the verification begins anew; erasures made since the backup are not known to a new database',
        ]
      : []),
    ...plan.refusals.map(({ code, reason }) => `  refused: ${reason} (${code})`),
    ...steps.map((step) => `  next: ${step}`),
  ];
}

function stepsAfterRestore(
  { outcome, conflicts }: Restored,
  tenant: string,
  hasTarget: boolean,
): string[] {
  return [
    ...(conflicts > 0
      ? [`${conflicts} records have two contents: choose by name with --as-new <key>`]
      : []),
    ...(outcome === 'done' && hasTarget
      ? [`a worker sends what was restored and verifies it: xg status ${tenant}`]
      : []),
  ];
}
