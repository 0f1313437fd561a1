import { LayerError, type LayerErrorCode } from '../errors.ts';
import { convergeToPostgres } from './converge.ts';
import type { Loss, OperationsContext } from './operations-side.ts';

/** Epochs left between what was seen and where Postgres opens by itself: what Forge may have moved on to unseen. */
export const LEAP = 1_000;

export interface Survived {
  /** Epoch at which Postgres takes writes; undefined when nothing changed, or when Postgres is not the surviving truth. */
  readonly epoch: number | undefined;
  /** Log entries that are known and lost; whatever was written after the last look is unknown. */
  readonly lost: number;
  /** Records that came back from Forge before. */
  readonly applied: number;
}

/** What says that the installation, or the way to it, is gone. */
const GONE: readonly LayerErrorCode[] = [
  'target.unauthorized',
  'target.refused',
  'target.unreachable',
  'head.missing',
];

/**
 * Step `terminate`: the app was uninstalled, or the tenant is given up. Nothing is sent any more. Where Postgres is not the
 * authority, everything is brought back first if Forge answers (`mayAsk`); if it does not, Postgres' copy as of the last
 * acknowledgement is the surviving truth. Its gate goes far above every epoch that was seen, open or not: a hand-over that is
 * under way names the old epoch, and could otherwise close it behind the tenant's end. A tenant whose finalize has begun has no
 * surviving truth in Postgres: its gate stays closed. May be repeated. Throws `plan.stale` when somebody has just closed it.
 */
export async function terminate(
  context: OperationsContext,
  options: { readonly who: string; readonly reason: string; readonly mayAsk: boolean },
): Promise<Survived> {
  const { operations, postgres } = context;
  const { who, reason } = options;
  const standing = await operations.standing();
  if (standing.condition === 'terminated') return { epoch: undefined, lost: 0, applied: 0 };
  const gate = await postgres.readGate();
  const isFinal = standing.stage === 'final' || standing.isSealing;
  let applied = 0;
  let isBack = gate.isOpen;
  if (!isFinal && !isBack && options.mayAsk) {
    const converged = await whatIsLeft(context);
    applied = converged?.applied ?? 0;
    isBack = converged !== undefined;
  }
  const isOpening = !isFinal && !isBack;
  const loss = await operations.loss();
  const epoch = isFinal ? null : loss.epoch + LEAP;
  const lost = isOpening || isFinal ? entriesOf(loss) : 0;
  await operations.survive({
    ...{
      who,
      reason,
      epoch,
      action: 'terminate',
      condition: 'terminated',
      whileOpen: isBack && !isFinal,
    },
    to: isFinal ? standing.stage : 'off',
    conditionReason: isFinal ? `${reason}; the data was final in Forge` : reason,
    isForced: isOpening,
    evidence: isOpening ? lossText(loss) : isFinal ? 'the gate stays closed' : 'nothing is lost',
  });
  return { epoch: epoch ?? undefined, lost, applied };
}

async function whatIsLeft(context: OperationsContext): Promise<{ applied: number } | undefined> {
  try {
    return await convergeToPostgres(context);
  } catch (error) {
    if (error instanceof LayerError && GONE.includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * Step `forceOpen`: Postgres takes writes although Forge, the authority, can't be reached. Loses what had not come back; what
 * is known of that is in the plan and in the audit. When Forge returns, what it holds beyond is held record by record
 * (`recoverAll`), never merged by itself. Throws `failover.reachable` when Forge answers and `stage.unexpected` when Postgres
 * is the authority or finalize has begun.
 */
export async function forceFailover(
  context: OperationsContext,
  who: string,
  reason: string,
): Promise<Survived> {
  const { operations, postgres } = context;
  const standing = await operations.standing();
  if (standing.isForced) return { epoch: undefined, lost: 0, applied: 0 };
  if (standing.stage === 'final' || standing.isSealing) {
    throw new LayerError('head.sealed', 'Forge is the only holder of this tenant');
  }
  if ((await postgres.readGate()).isOpen) {
    throw new LayerError('stage.unexpected', 'Postgres takes writes already');
  }
  if (await isReachable(context)) {
    throw new LayerError('failover.reachable', 'a head could be read just now');
  }
  const loss = await operations.loss();
  const epoch = loss.epoch + LEAP;
  await operations.survive({
    ...{ who, reason, epoch, action: 'force-failover', to: 'verify', condition: 'quarantined' },
    whileOpen: false,
    conditionReason: `Postgres was opened without Forge at epoch ${epoch}; when Forge is back: xg recover`,
    isForced: true,
    evidence: lossText(loss),
  });
  return { epoch, lost: entriesOf(loss), applied: 0 };
}

/** One strict read. Only a head says that the way back is open. */
export async function isReachable({ send }: OperationsContext): Promise<boolean> {
  try {
    await send.heads.readStrictly(send, 0);
    return true;
  } catch (error) {
    if (error instanceof LayerError && GONE.includes(error.code)) return false;
    throw error;
  }
}

/** What is known to be lost, and what is not known. */
export function lossText({ buckets, lastLook }: Loss): string {
  const known = buckets.map(({ bucket, entries }) => `${bucket}: ${entries}`).join(', ');
  const since =
    lastLook === null ? 'anything since the cut-over' : `since ${lastLook.toISOString()}`;
  return `log entries lost by bucket: ${known === '' ? 'none known' : known}; unknown: ${since}`;
}

function entriesOf({ buckets }: Loss): number {
  return buckets.reduce((sum, { entries }) => sum + entries, 0);
}
