import { LayerError, type LayerErrorCode } from 'crossgrade';
import type { Stranded } from 'crossgrade/handover';
import type { CrossgradeConfig } from '../config.ts';
import { openPool } from '../open-pool.ts';
import {
  applyCommand,
  FACTS,
  planCommand,
  type Applied,
  type Command,
  type Plan,
} from '../handover/index.ts';
import { Lanes } from '../worker/tenant-lane.ts';
import { stepsAfter } from './steps-after.ts';

/** Exit codes of the commands that change a tenant. */
export const EXIT = {
  done: 0,
  /** It failed; the message says what to do. What it left is finished or undone by a worker, or by `recover`. */
  failed: 1,
  /** A check refused it; nothing was touched. */
  refused: 2,
  /** The tenant has moved on since the plan, or somebody else is at work: make a new plan. */
  stale: 3,
  /** It could not be finished in time and was undone; nothing is lost. */
  undone: 4,
} as const;

export interface HandoverCommandOptions {
  readonly plan?: boolean;
  readonly expectEpoch?: string;
  readonly hash?: string;
  readonly reason?: string;
  /** The tenant's name, typed. */
  readonly confirm?: string;
  /** Of `erase`: the records' keys. */
  readonly keys?: readonly string[];
  /** Of `verify`: also read every record back. */
  readonly full?: boolean;
  readonly who: string;
  readonly json?: boolean;
}

/** Runs one command of the operator for one tenant, prints what came of it, and resolves with the exit code. */
export async function handoverCommand(
  config: CrossgradeConfig,
  command: Command,
  tenant: string,
  options: HandoverCommandOptions,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  const pool = openPool(config.databaseUrl, 10);
  const operator = { pool, config, lanes: new Lanes(pool, config) };
  const show = (value: object, text: readonly string[]): void =>
    print(options.json === true ? JSON.stringify(value) : text.join('\n'));
  try {
    if (options.plan === true) {
      const { keys, full } = options;
      const plan = await planCommand(operator, command, tenant, { keys, full });
      show({ ...plan, next_steps: stepsOfPlan(plan) }, planText(plan));
      return plan.refusals.length > 0 ? EXIT.refused : EXIT.done;
    }
    const expectEpoch = Number(options.expectEpoch);
    if (options.expectEpoch === undefined || !Number.isInteger(expectEpoch)) {
      throw new LayerError('config.invalid', `give --plan, or --expect-epoch from a plan`);
    }
    const { who, hash, reason, confirm, keys, full } = options;
    const applied = await applyCommand(operator, command, tenant, {
      ...{ who, expectEpoch, expectHash: hash, reason, confirm, keys, full },
    });
    show({ ...applied, next_steps: stepsAfter(applied) }, appliedText(applied));
    return EXIT_OF[applied.outcome];
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const { code, message, next } = error;
    show({ tenant, command, error: { code, message }, next_steps: [next] }, [
      `${tenant}: ${command} refused: ${message} (${code})`,
      `  next: ${next}`,
    ]);
    return exitOf(code);
  } finally {
    await pool.end();
  }
}

const REFUSED: readonly LayerErrorCode[] = [
  'stage.unexpected',
  'verify.not_clean',
  'record.not_reversible',
  'record.held',
  'config.invalid',
  'head.sealed',
  'confirm.missing',
  'failover.reachable',
  'incarnation.over',
  'canary.failed',
  'token.ends_soon',
  'lag.too_high',
  'quota.tight',
  'app.mismatch',
  'enrol.not_seeded',
  'enrol.other_installation',
];

const EXIT_OF: Readonly<Record<Applied['outcome'], number>> = {
  done: EXIT.done,
  already: EXIT.done,
  undone: EXIT.undone,
  different: EXIT.failed,
  unproven: EXIT.refused,
};

function exitOf(code: LayerErrorCode): number {
  if (code === 'plan.stale') return EXIT.stale;
  return REFUSED.includes(code) ? EXIT.refused : EXIT.failed;
}

function stepsOfPlan({ tenant, command, epoch, hash, refusals, isDone }: Plan): readonly string[] {
  if (isDone) return [];
  if (refusals.length > 0) return refusals.map(({ reason }) => `see to it first: ${reason}`);
  const { needsReason, needsConfirm, takesKeys } = FACTS[command];
  const keys = takesKeys === true ? ' <the same keys>' : '';
  const words = `${needsConfirm === true ? ' --confirm <tenant>' : ''}${needsReason ? ' --reason "<why>"' : ''}`;
  return [`xg ${command} ${tenant}${keys} --expect-epoch ${epoch} --hash ${hash}${words}`];
}

function planText(plan: Plan): readonly string[] {
  const { tenant, command, stage, condition, epoch, hash, units } = plan;
  return [
    `${tenant} ${stage}${condition === null ? '' : ` (${condition})`} at epoch ${epoch}: ${FACTS[command].does}`,
    ...(plan.isDone ? ['  nothing to do'] : []),
    ...plan.steps.map((step, index) => `  ${index + 1}. ${step}`),
    `  about ${units.read} read and ${units.write} write units`,
    ...plan.risks.map((risk) => `  risk: ${risk}`),
    ...(plan.stranded ?? []).map(strandedText),
    ...plan.refusals.map(({ code, reason }) => `  refused: ${reason} (${code})`),
    `  plan ${hash}`,
    ...stepsOfPlan(plan).map((step) => `  next: ${step}`),
  ];
}

function strandedText({ key, here, there }: Stranded): string {
  const v = (side: Stranded['here']): string =>
    side === null
      ? 'nothing'
      : `(${side.version.e}, ${side.version.n})${side.deleted ? ' deleted' : ''}`;
  return `  stranded: ${key}: Forge ${v(there)}, Postgres ${v(here)}; see xg explain`;
}

function appliedText(applied: Applied): readonly string[] {
  const { tenant, command, outcome, stage, epoch, detail } = applied;
  const details = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
  return [
    `${tenant}: ${command} ${outcome}; ${stage} at epoch ${epoch}${details.length > 0 ? ` (${details.join(', ')})` : ''}`,
    ...stepsAfter(applied).map((step) => `  next: ${step}`),
  ];
}
