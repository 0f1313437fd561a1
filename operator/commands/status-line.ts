import type { TenantProgress } from 'crossgrade/postgres';
import { stepsAfter } from './steps-after.ts';

/**
 * One line about a tenant: numbers, state and what it waits for. `behind` counts the log entries of Forge that are known
 * and not back in Postgres; it is shown where Forge is, or was until a moment ago, the authority.
 */
export function statusLine(tenant: string, progress: TenantProgress, behind = 0): string {
  const { stage, condition, recordsTotal, recordsCopied, dirty, differences, setAside } = progress;
  const percent = recordsTotal === 0 ? 100 : Math.floor((100 * recordsCopied) / recordsTotal);
  const parts = [
    `${tenant} ${stage}${condition === null ? '' : ` (${condition}: ${progress.conditionReason ?? ''})`}`,
    `${recordsCopied}/${recordsTotal} ${percent}%`,
    isAtForge(progress) ? `behind ${behind}` : `dirty ${dirty}`,
    setAside.length === 0 ? undefined : `set aside ${setAside.length}`,
    `verify ${differences === null ? 'never' : differences === 0 ? 'clean' : `${differences} differences`}`,
    progress.expectedEndAt === null ? undefined : `ends ${progress.expectedEndAt.toISOString()}`,
  ];
  return parts.filter((part) => part !== undefined).join(' | ');
}

/** What an operator, or a program, can do next. */
export function nextSteps(tenant: string, progress: TenantProgress): string[] {
  if (progress.condition === 'quarantined')
    return [`find out why the tenant was quarantined, then xg resume ${tenant} --plan`];
  if (progress.condition === 'paused') return [`xg resume ${tenant} --plan`];
  if (progress.setAside.length > 0) {
    return progress.setAside
      .slice(0, 5)
      .map((aside) => `shorten ${aside.key}: ${aside.reason}; it is sent again by itself`);
  }
  if (progress.stage === 'verify' && progress.differences === null)
    return ['wait for the verification'];
  return stepsAfter({ tenant, stage: progress.stage });
}

function isAtForge({ stage }: TenantProgress): boolean {
  return stage === 'live' || stage === 'settled' || stage === 'rewinding';
}
