import { LAYER_ERRORS } from 'crossgrade';
import type { TenantProgress } from 'crossgrade/postgres';
import type { StoppedJob } from 'crossgrade/quarantine';
import type { ShadowTally } from 'crossgrade/shadow';
import { stepsOutOfQuarantine, stoppedText } from './quarantine-steps.ts';
import { stepsAfter } from './steps-after.ts';

/** What holds a tenant up beside its stage. */
export interface Trouble {
  /** Records that nobody writes until a person has decided. */
  readonly held: number;
  /** Work that did not end well the last time, longest first. */
  readonly stopped: readonly StoppedJob[];
  /** What became of the reads of the last day that were compared with the other store. */
  readonly shadow?: ShadowTally;
}
const NO_TROUBLE: Trouble = { held: 0, stopped: [] };

/**
 * One line about a tenant: numbers, state and what it waits for. `behind` counts the log entries of Forge that are known
 * and not back in Postgres; it is shown where Forge is, or was until a moment ago, the authority.
 */
export function statusLine(
  tenant: string,
  progress: TenantProgress,
  behind = 0,
  { held, stopped, shadow = {} }: Trouble = NO_TROUBLE,
): string {
  const { stage, condition, recordsTotal, recordsCopied, dirty, differences, setAside } = progress;
  const percent = recordsTotal === 0 ? 100 : Math.floor((100 * recordsCopied) / recordsTotal);
  const parts = [
    `${tenant} ${stage}${condition === null ? '' : ` (${condition}: ${progress.conditionReason ?? ''})`}`,
    `${recordsCopied}/${recordsTotal} ${percent}%`,
    isAtForge(progress) ? `behind ${behind}` : `dirty ${dirty}`,
    setAside.length === 0 ? undefined : `set aside ${setAside.length}`,
    held === 0 ? undefined : `held ${held}`,
    progress.condition === null ? stoppedText(stopped) : undefined,
    `verify ${differences === null ? 'never' : differences === 0 ? 'clean' : `${differences} differences`}`,
    shadowText(shadow),
    progress.expectedEndAt === null ? undefined : `ends ${progress.expectedEndAt.toISOString()}`,
  ];
  return parts.filter((part) => part !== undefined).join(' | ');
}

/** What an operator, or a program, can do next. */
export function nextSteps(
  tenant: string,
  progress: TenantProgress,
  { held, stopped, shadow = {} }: Trouble = NO_TROUBLE,
): string[] {
  if (progress.condition === 'quarantined')
    return stepsOutOfQuarantine(tenant, progress.stage, progress.conditionReason ?? '', held);
  if (progress.condition === 'paused') return [`xg resume ${tenant} --plan`];
  const [longest] = progress.condition === null ? stopped : [];
  if (longest !== undefined) return [`${longest.reason}: ${nextOf(longest)}`];
  if (progress.setAside.length > 0) {
    return progress.setAside
      .slice(0, 5)
      .map((aside) => `shorten ${aside.key}: ${aside.reason}; it is sent again by itself`);
  }
  if (UNEXPLAINED.some((outcome) => (shadow[outcome] ?? 0) > 0)) {
    return [`readers met records that differ: xg verify ${tenant} --full names them`];
  }
  if (progress.stage === 'verify' && progress.differences === null)
    return ['wait for the verification'];
  return stepsAfter({ tenant, stage: progress.stage });
}

/** Outcomes of compared reads that no lag explains. */
const UNEXPLAINED = ['corrupt', 'ahead', 'rogue'] as const;

function shadowText(shadow: ShadowTally): string | undefined {
  const seen = Object.entries(shadow).filter(([, count]) => count > 0);
  if (seen.length === 0) return undefined;
  return `reads ${seen.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`;
}

/** The code's own next step. */
function nextOf({ code }: StoppedJob): string {
  const steps: Readonly<Record<string, string>> = LAYER_ERRORS;
  return steps[code] ?? 'see docs/errors.md';
}

function isAtForge({ stage }: TenantProgress): boolean {
  return stage === 'live' || stage === 'settled' || stage === 'rewinding';
}
