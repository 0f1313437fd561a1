import type { SetAside, UpgradeState, UpgradeStatus } from '../../checklist/index.ts';
import type { Stage } from 'crossgrade';
import type { TenantProgress } from 'crossgrade/postgres';
import type { LinkStatus } from '../link/link-store.ts';

/** Puts the machine's progress into the customer's terms. Pure. `setAside` names the records that could not be copied. */
export function toUpgradeStatus(
  progress: TenantProgress,
  link: LinkStatus,
  setAside: SetAside[],
): UpgradeStatus {
  return {
    state: stateOf(progress, link),
    servedFrom: AT_ATLASSIAN.has(progress.stage) ? 'atlassian' : 'vendor',
    recordsTotal: progress.recordsTotal,
    recordsCopied: progress.recordsCopied,
    differences: progress.differences,
    startedAt: progress.startedAt?.toISOString() ?? null,
    lastCheckedAt: progress.lastCheckedAt?.toISOString() ?? null,
    expectedEndAt: progress.expectedEndAt?.toISOString() ?? null,
    setAside,
    link,
  };
}

/** In these stages Forge holds what is current; until a rollback has ended it does too. */
const AT_ATLASSIAN: ReadonlySet<Stage> = new Set(['live', 'rewinding', 'settled', 'final']);

function stateOf(progress: TenantProgress, link: LinkStatus): UpgradeState {
  const { stage, condition, differences, setAside, lastCheckedAt } = progress;
  if (link.state === 'conflict' || condition === 'quarantined') return 'needs-attention';
  switch (stage) {
    case 'live':
    case 'rewinding':
    case 'settled':
    case 'final':
      return stage;
    case 'off':
      return link.channels.includes('fit') ? 'waiting' : 'connect';
    case 'copy':
    case 'verify':
    case 'draining':
      if (setAside.length > 0 || (differences ?? 0) > 0) return 'needs-attention';
      if (stage === 'copy') return 'copying';
      return lastCheckedAt === null ? 'checking' : 'checked';
  }
}
