import type { Head } from '../bucket/head.ts';
import { unreachable } from '../copy/insist.ts';
import { urgent, type SendContext } from '../copy/send-context.ts';
import { backOff } from '../copy/reach.ts';
import { LayerError } from '../errors.ts';
import type { HandoverContext } from './handover-context.ts';
import { moveHeads } from './move-heads.ts';
import { raise, release, turn } from './moves.ts';
import { glanceAtHeads, readHeads } from '../copy/read-heads.ts';
import { reverseBuckets } from './reverse.ts';

const ATTEMPTS = 20;

export interface Converged {
  /** Epoch at which Postgres takes writes again. */
  readonly epoch: number;
  /** Records that came back from Forge. */
  readonly applied: number;
}

/**
 * The one way back to Postgres, for aborts, crashes, unknown outcomes and rollbacks: stop Forge's writers, bring back what
 * they wrote, lift every head to one new epoch, open the gate there. May be run at any time, by anybody, twice at once: the
 * worst that happens is a higher epoch. Never opens the gate before it has seen every head at exactly that epoch.
 */
export async function convergeToPostgres(waiting: HandoverContext): Promise<Converged> {
  // Nobody can write until it ends.
  const context = { ...waiting, send: urgent(waiting.send) };
  const { send, postgres } = context;
  let applied = 0;
  let heads = await lookAtHeads(send);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    refuseSealed(heads);
    const turned = await moveHeads(send, heads, turn);
    refuseSealed(turned);
    const draining = new Map([...turned].filter(([, head]) => head.auth === 'D'));
    const reversed = await reverseBuckets(context, draining);
    for (const one of reversed.values()) applied += one.applied;
    const gate = await postgres.readGate();
    const epoch = Math.max(gate.epoch, ...[...turned.values()].map((head) => head.epoch)) + 1;
    // Also of a head that had to be read again: whether its log is back tells its own `seq`.
    heads = await moveHeads(send, turned, (head, bucket) => {
      const isDrained = (): boolean => isDrainedAt(head, reversed.get(bucket)?.position);
      return raise(epoch)(head) ?? release(epoch, isDrained)(head);
    });
    const isReady = [...heads.values()].every((head) => head.auth === 'P' && head.epoch === epoch);
    if (isReady) {
      // Refused: somebody else opened it at a higher epoch. Then their heads are at work, and this look is old.
      if (await postgres.openGate(epoch)) return { epoch, applied };
    }
    await backOff(send, Math.min(attempt, 4));
  }
  throw unreachable(new Error('the heads could not be brought to one epoch'));
}

/**
 * All heads, cheaply. One that seems to be with Postgres, which is mostly where it is to come, may be seen as it was before
 * its flip: that is asked again, or the first attempt would be wasted.
 */
async function lookAtHeads(send: SendContext): Promise<Map<number, Head>> {
  const heads = await glanceAtHeads(send);
  const doubtful = [...heads].filter(([, { auth }]) => auth === 'P').map(([bucket]) => bucket);
  return new Map([...heads, ...(await readHeads(send, doubtful))]);
}

/** From a sealed head no way leads back, so not one of the others may take it. Throws `head.sealed`. */
function refuseSealed(heads: ReadonlyMap<number, Head>): void {
  const sealed = [...heads.values()].filter((head) => head.auth === 'S').length;
  if (sealed > 0) throw new LayerError('head.sealed', `${sealed} heads are sealed`);
}

/** What a head showed when it was drained may be old by now; a move names its `seq`, so an old one fails. */
function isDrainedAt(head: Head, position: number | undefined): boolean {
  return position !== undefined && Math.max(position, head.f0) >= head.seq;
}
