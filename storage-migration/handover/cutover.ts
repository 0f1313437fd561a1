import { LayerError } from '../errors.ts';
import { convergeToPostgres } from './converge.ts';
import { drain } from './drain.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { flip, type Move } from './moves.ts';
import type { StageChange } from './postgres-side.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';

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
  const operation = await postgres.changeStage({
    ...{ who, evidence, action: 'cutover', from: ['verify'], to: 'draining' },
  });
  const step = { who, operation, from: ['draining'], despiteCondition: true } as const;
  const begun = send.timing.now();
  const isLate = (): boolean => send.timing.now() - begun > freezeMs;
  const frozenMs = (): number => send.timing.now() - begun;
  try {
    if (!(await postgres.closeGate(expectEpoch, freezeMs))) {
      const reason = 'open transactions did not end';
      await postgres.changeStage({ ...step, action: 'abort', to: 'verify', reason });
      return { kind: 'aborted', reason, epoch: expectEpoch, frozenMs: frozenMs() };
    }
    const reason = await handOver(context, expectEpoch, isLate);
    if (reason !== undefined) return await abort(context, { ...step, reason }, frozenMs);
  } catch (error) {
    // Whatever it was, nobody writes until the way back has been taken; if that fails too, `recover` takes it.
    const reason = error instanceof Error ? error.message : String(error);
    return abort(context, { ...step, reason }, frozenMs);
  }
  const frozen = frozenMs();
  await postgres.changeStage({ ...step, action: 'live', to: 'live' });
  return { kind: 'live', epoch: expectEpoch + 1, frozenMs: frozen };
}

/** Undoes a hand-over that was not finished: back to `verify` at a new epoch. */
async function abort(
  context: HandoverContext,
  step: Omit<StageChange, 'action' | 'to'> & { readonly reason: string },
  frozenMs: () => number,
): Promise<CutoverResult> {
  const { postgres } = context;
  // Whoever has been overtaken keeps its hands off the heads: they may be another operation's success by now.
  await postgres.changeStage({ ...step, action: 'abort', to: 'draining' });
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
): Promise<string | undefined> {
  const { send, postgres } = context;
  const drained = await drain(context, isLate);
  if (!drained.isEmpty) return 'what is dirty could not be sent in time';
  const result = await postgres.compareDigests(send, isLate);
  if (result !== 'clean') return `the last comparison was ${result}`;
  if (isLate()) return 'the freeze limit was reached';
  const move: Move = (head) => (head.bf.at === 'end' && !isLate() ? flip(epoch)(head) : undefined);
  let heads = await moveHeads(send, await glanceAtHeads(send), move);
  if (![...heads.values()].every((head) => head.auth === 'F')) {
    heads = await moveHeads(send, await readHeads(send), move);
  }
  const missing = [...heads.values()].filter((head) => head.auth !== 'F').length;
  return missing === 0 ? undefined : `${missing} heads are not with Forge`;
}
