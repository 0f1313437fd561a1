import { LayerError } from 'crossgrade';
import { resumeForge, rollback } from 'crossgrade/handover';
import type { Refusal, Planning, CommandDefinition } from '../command-definition.ts';
import { DONE, lookUnits, moveUnits } from '../command-definition.ts';

export const rollbackCommand: CommandDefinition = {
  does: 'take the tenant back to Postgres with every write made since',
  from: ['live', 'settled', 'rewinding'],
  steps: [
    'turn: Forge takes no more writes; requests are parked',
    'reverse: bring back what the log names, by keyed reads',
    'release: every head goes to Postgres at one new epoch',
    'open: Postgres takes writes again; the verification begins anew',
  ],
  needsReason: true,
  needsForge: true,
  isDone: () => false,
  refusals: sealed,
  risks: ({ state: { behind } }) => [
    'writers wait until everything has come back; they are told to try again after 10 seconds',
    ...(behind > 0 ? [`at least ${behind} log entries have to come back first`] : []),
  ],
  units: ({ facts: { row }, state: { behind } }) => ({
    read: lookUnits(row.buckets) + row.buckets + 3 * behind,
    write: 2 * moveUnits(row.buckets),
  }),
  async carryOut({ lane, who, reason }) {
    const { applied, frozenMs } = await rollback(lane.handover, who, reason);
    return { outcome: 'done', detail: { applied, frozenMs } };
  },
};

export const resumeForgeCommand: CommandDefinition = {
  does: 'abort a rollback whose gate has not opened yet',
  from: ['rewinding'],
  steps: ['resume: every head that is draining goes back to Forge at a new epoch'],
  needsReason: true,
  needsForge: true,
  isDone: ({ row }) => row.stage === 'live',
  risks: () => ['writers wait until it ends'],
  units: ({ facts: { row } }) => ({ read: row.buckets, write: moveUnits(row.buckets) }),
  async carryOut({ lane, who, reason }) {
    if (await resumeForge(lane.handover, who, reason)) return DONE;
    throw new LayerError(
      'stage.unexpected',
      'some bucket is with Postgres already; only the rollback can be finished',
    );
  },
};

/** From the first step of finalize on there is no way back. */
function sealed({ facts: { row } }: Planning): readonly Refusal[] {
  if (row.stage !== 'final' && row.sealing_since === null) return [];
  return [{ code: 'head.sealed', reason: 'finalize has begun: Forge is the only holder' }];
}
