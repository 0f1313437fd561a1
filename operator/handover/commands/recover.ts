import { allStranded, recoverAll } from 'crossgrade/handover';
import { LayerError } from 'crossgrade';
import { ENROLLED, lookUnits, moveUnits, type CommandDefinition } from '../command-definition.ts';

export const recoverCommand: CommandDefinition = {
  does: 'finish or undo what a dead process left',
  // The heads decide, not the stage: where they agree with it, nothing is changed.
  from: [...ENROLLED, 'final'],
  steps: [
    'look: with every head at Forge a cut-over is finished; with all at Postgres and the gate open nothing is left to do',
    'seal, sweepLog, sweepTombstone: a finalize that has begun is finished',
    'strand: after a forced failover, what Forge still holds is held record by record and never merged by itself',
    'converge: otherwise bring back what Forge wrote, lift all heads to one epoch and open Postgres there',
  ],
  needsReason: false,
  needsForge: true,
  isDone: ({ row }) => row.stage === 'off' || row.swept_at !== null,
  risks: () => ['writers wait until it ends'],
  units: ({ facts: { row }, state: { behind } }) => ({
    read: lookUnits(row.buckets) + row.buckets + 3 * behind,
    write: 2 * moveUnits(row.buckets),
  }),
  async look({ facts, lane }) {
    if (facts.row.forced_at === null) return {};
    try {
      const stranded = await allStranded((await lane()).operations);
      const many = `${stranded.length} records that Forge wrote are not here; each waits for a decision afterwards`;
      return { stranded, risks: [many] };
    } catch (error) {
      if (!(error instanceof LayerError)) throw error;
      return {
        refusals: [{ code: error.code, reason: `${error.message}; Forge is not back yet` }],
      };
    }
  },
  async carryOut({ lane, who }) {
    return { outcome: 'done', detail: { to: (await recoverAll(lane.operations, who)) ?? 'off' } };
  },
};
