import type { Head } from '../bucket/head.ts';
import { LayerError } from '../errors.ts';
import { convergeToPostgres } from './converge.ts';
import { drain } from './drain.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { flip, type Move } from './moves.ts';
import { noLongerThan } from './no-longer-than.ts';
import type { StageChange } from './postgres-side.ts';
import { readHeads } from '../copy/read-heads.ts';
import { urgent, type SendContext } from '../copy/send-context.ts';

/** Writers are held no longer than this; then the hand-over undoes itself. */
export const FREEZE_MS = 10_000;

export interface CutoverOptions {
  readonly who: string;
  /** Epoch the operator's plan was made for; another one means that the plan is old. */
  readonly expectEpoch: number;
  /** (Default: 10,000) */
  readonly freezeMs?: number;
}

export type CutoverResult =
  | {
      readonly kind: 'live';
      readonly epoch: number;
      /** How long nobody could write. */
      readonly frozenMs: number;
    }
  | {
      readonly kind: 'aborted';
      readonly reason: string;
      readonly epoch: number;
      readonly frozenMs: number;
    };

/**
 * `verify` → `draining` → `live`: stops Postgres' writers, sends what is left, compares, and hands every bucket to Forge.
 * Requests that meet the closed gate are parked by whoever serves them. What can't be finished within the freeze limit is
 * undone, at a new epoch. A crash anywhere in between is finished or undone by {@link recover}.
 *
 * @throws LayerError `stage.unexpected`, `plan.stale`, `record.not_reversible`, `verify.not_clean`: nothing was touched.
 */
export async function cutover(
  context: HandoverContext,
  options: CutoverOptions,
): Promise<CutoverResult> {
  const { postgres, send } = context;
  const { who, expectEpoch, freezeMs = FREEZE_MS } = options;
  const evidence = await check(context, expectEpoch);
  await untilThereAreUnits(send);
  const operation = await postgres.changeStage({
    ...{ who, evidence, action: 'cutover', from: ['verify'], to: 'draining' },
  });
  const step = { who, operation, from: ['draining'], despiteCondition: true } as const;
  const begun = send.timing.now();
  const isLate = (): boolean => send.timing.now() - begun > freezeMs;
  const frozenMs = (): number => send.timing.now() - begun;
  const tried: Tried = { hasPlannedFlip: false };
  const undo = (reason: string): Promise<CutoverResult> =>
    abort(context, { ...step, reason }, { tried, expectEpoch, frozenMs });
  try {
    if (!(await postgres.closeGate(expectEpoch, freezeMs))) {
      const reason = 'open transactions did not end';
      await postgres.changeStage({ ...step, action: 'abort', to: 'verify', reason });
      return { kind: 'aborted', reason, epoch: expectEpoch, frozenMs: frozenMs() };
    }
    const hasty = { ...context, send: noLongerThan(urgent(send), begun + freezeMs) };
    const reason = await handOver(hasty, expectEpoch, isLate, tried);
    if (reason !== undefined) return await undo(reason);
  } catch (error) {
    // Whatever it was, nobody writes until the way back has been taken; if that fails too, `recover` takes it.
    return undo(error instanceof Error ? error.message : String(error));
  }
  const frozen = frozenMs();
  await postgres.changeStage({ ...step, action: 'live', to: 'live' });
  return { kind: 'live', epoch: expectEpoch + 1, frozenMs: frozen };
}

/** About what the last comparison and the flips take, and how long it is waited for that much. */
const READ_UNITS = 100;
const WRITE_UNITS = 30;
const SAVE_UP_MS = 3_000;

/** Better to wait before the gate is closed than behind it. */
async function untilThereAreUnits({ units, timing }: SendContext): Promise<void> {
  const end = timing.now() + SAVE_UP_MS;
  while (timing.now() < end) {
    const isEnough =
      (await units.left('read')) >= READ_UNITS && (await units.left('write')) >= WRITE_UNITS;
    if (isEnough) return;
    await timing.sleep(100);
  }
}

/** How far this hand-over came. */
interface Tried {
  /** A flip was made ready, so it may have been sent, or may still arrive. Never unset. */
  hasPlannedFlip: boolean;
}

interface Undoing {
  readonly tried: Tried;
  readonly expectEpoch: number;
  readonly frozenMs: () => number;
}

/**
 * Undoes a hand-over that was not finished. While no flip was ever made ready at this epoch, the gate simply opens again
 * (step `reopen`): Forge is not asked, for it may be what failed. Otherwise back to `verify` at a new epoch.
 */
async function abort(
  context: HandoverContext,
  step: Omit<StageChange, 'action' | 'to'> & {
    readonly reason: string;
    readonly operation: string;
  },
  { tried, expectEpoch, frozenMs }: Undoing,
): Promise<CutoverResult> {
  const { postgres } = context;
  // Whoever has been overtaken keeps its hands off the heads: they may be another operation's success by now.
  await postgres.changeStage({ ...step, action: 'abort', to: 'draining' });
  if (!tried.hasPlannedFlip && (await postgres.reopenGate(expectEpoch, step.operation))) {
    const frozen = frozenMs();
    await postgres.changeStage({ ...step, action: 'aborted', to: 'verify' });
    return { kind: 'aborted', reason: step.reason, epoch: expectEpoch, frozenMs: frozen };
  }
  const { epoch } = await convergeToPostgres(context);
  await postgres.changeStage({ ...step, action: 'aborted', to: 'verify' });
  return { kind: 'aborted', reason: step.reason, epoch, frozenMs: frozenMs() };
}

/** What has to hold before anything is closed. Returns the pass that is the evidence. */
async function check(context: HandoverContext, expectEpoch: number): Promise<string> {
  const { postgres, group, send } = context;
  for (const { type, source } of group.records.values()) {
    if (source.write === undefined) {
      throw new LayerError('record.not_reversible', `record type "${type}" has no way back`);
    }
  }
  const gate = await postgres.readGate();
  if (gate.epoch !== expectEpoch) {
    throw new LayerError('plan.stale', `the plan is for epoch ${expectEpoch}, it is ${gate.epoch}`);
  }
  const evidence = await postgres.cleanPass(send.scope.incarnation, expectEpoch);
  if (evidence === undefined) {
    throw new LayerError('verify.not_clean', 'no clean verification of the last 24 hours');
  }
  return evidence;
}

/** Undefined when every head is with Forge; otherwise why not. */
async function handOver(
  context: HandoverContext,
  epoch: number,
  isLate: () => boolean,
  tried: Tried,
): Promise<string | undefined> {
  const { send, postgres } = context;
  const drained = await drain(context, isLate);
  if (!drained.isEmpty) return 'what is dirty could not be sent in time';
  const compared = await postgres.compareDigests(send, isLate);
  if (compared.result !== 'clean') return `the last comparison was ${compared.result}`;
  if (isLate()) return 'the freeze limit was reached';
  const move: Move = (head) => {
    const flipped = head.bf.at === 'end' && !isLate() ? flip(epoch)(head) : undefined;
    // Noted when it is planned: between here and the send nobody looks again.
    if (flipped !== undefined) tried.hasPlannedFlip = true;
    return flipped;
  };
  const isFlipped = (head: Head): boolean => head.auth === 'F' && head.epoch === epoch + 1;
  // What was compared is what is handed over: a head that has moved since fails, and is read again.
  let heads = await moveHeads(send, compared.heads, move);
  if (![...heads.values()].every(isFlipped)) {
    heads = await moveHeads(send, await readHeads(send), move);
  }
  const missing = [...heads.values()].filter((head) => !isFlipped(head)).length;
  return missing === 0 ? undefined : `${missing} heads are not with Forge`;
}
