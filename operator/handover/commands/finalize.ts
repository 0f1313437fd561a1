import { finalize } from 'crossgrade/handover';
import {
  DONE,
  lookUnits,
  moveUnits,
  NO_UNITS,
  type CommandDefinition,
} from '../command-definition.ts';
import { notHeldUp } from './cutover.ts';

export const settleCommand: CommandDefinition = {
  does: 'declare the tenant settled at Forge; a rollback stays possible',
  from: ['live'],
  steps: ['settle: the stage is recorded; reverse replication goes on'],
  needsReason: false,
  needsForge: false,
  isDone: ({ row }) => row.stage === 'settled',
  refusals: notHeldUp,
  risks: () => [],
  units: () => NO_UNITS,
  async carryOut({ lane, who, reason }) {
    await lane.handover.postgres.changeStage({
      ...{ who, action: 'settle', from: ['live'], to: 'settled' },
      ...(reason === '' ? {} : { reason }),
    });
    return DONE;
  },
};

export const finalizeCommand: CommandDefinition = {
  does: 'make Forge the only holder of the tenant, for good',
  // `final` again: what was killed while it swept is finished.
  from: ['settled', 'final'],
  steps: [
    'reverse: bring back the last of what Forge wrote',
    'seal: every head stays with Forge for ever; from the first one on a rollback is refused',
    'final: the stage is recorded; the gate of Postgres stays closed, and its rows stay as they are, as an archive',
    'sweepLog: log entries are removed from Forge',
    'sweepTombstone: tombstones are removed from Forge, and parts that nothing points to',
  ],
  needsReason: true,
  needsForge: true,
  needsConfirm: true,
  isDone: ({ row }) => row.swept_at !== null,
  refusals: (planning) => (planning.facts.row.sealing_since === null ? notHeldUp(planning) : []),
  risks: ({ state: { behind } }) => [
    'it can not be taken back: nothing written afterwards reaches Postgres',
    'the rows in Postgres stay as an archive of that moment; deleting them is your own step',
    'writers go on all the while',
    ...(behind > 0 ? [`at least ${behind} log entries come back first`] : []),
  ],
  units: ({ facts: { row }, state: { behind } }) => ({
    read: 2 * lookUnits(row.buckets) + row.buckets + 3 * behind,
    write: 3 * moveUnits(row.buckets) + behind,
  }),
  async carryOut({ lane, who, reason }) {
    const { applied, tombstones } = await finalize(lane.operations, who, reason);
    return { outcome: 'done', detail: { applied, tombstones } };
  },
};
