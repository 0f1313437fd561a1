import { STAGES } from 'crossgrade';
import { forceFailover, isReachable, LEAP, lossText, terminate } from 'crossgrade/handover';
import type { CommandDefinition, Planning } from '../command-definition.ts';
import { lookUnits, moveUnits } from '../command-definition.ts';

export const terminateCommand: CommandDefinition = {
  does: 'end the tenant: the app was uninstalled, or the migration is given up',
  from: STAGES,
  steps: [
    'reverse: where Forge is the authority and answers, everything is brought back first',
    `terminate: nothing is sent any more; where Postgres is the surviving truth its gate opens, ${LEAP} epochs above what was seen`,
    'installed again, the tenant begins a new incarnation with nothing acknowledged',
  ],
  needsReason: true,
  needsForge: false,
  needsConfirm: true,
  isDone: ({ row }) => row.condition === 'terminated',
  risks({ facts: { row }, state }) {
    if (row.stage === 'final' || row.sealing_since !== null) {
      return [
        'Forge is the only holder: Postgres stays closed, and its archive is of the moment of finalize',
        'only Atlassian can link the installation again, for 21 days',
      ];
    }
    if (!atForge(row.stage)) return [];
    return [
      state.hasToken
        ? 'if Forge does not answer, what has not come back is lost'
        : 'there is no living system token: what has not come back is lost',
    ];
  },
  units: ({ facts: { row }, state: { behind } }) => ({
    read: lookUnits(row.buckets) + row.buckets + 3 * behind,
    write: 2 * moveUnits(row.buckets),
  }),
  look: lossOf,
  async carryOut({ lane, operator, who, reason }) {
    const { row } = lane;
    const token = await operator.config.systemToken(operator.pool, row.installation_id);
    const mayAsk = token !== undefined;
    const { lost, applied } = await terminate(lane.operations, { who, reason, mayAsk });
    return { outcome: 'done', detail: { lost, applied } };
  },
};

export const forceFailoverCommand: CommandDefinition = {
  does: 'open Postgres without Forge, losing what has not come back; only when Forge does not answer',
  from: ['draining', 'live', 'rewinding', 'settled'],
  steps: [
    `forceOpen: Postgres takes writes ${LEAP} epochs above everything seen; the tenant is quarantined`,
    'when Forge is back, xg recover shows what it holds beyond, record by record; nothing is merged by itself',
  ],
  needsReason: true,
  needsForge: false,
  needsConfirm: true,
  isDone: ({ row }) => row.forced_at !== null,
  refusals: ({ facts: { row } }) =>
    row.sealing_since === null
      ? []
      : [{ code: 'head.sealed', reason: 'finalize has begun: Forge is the only holder' }],
  risks: () => [
    'what Forge took and Postgres does not have is not shown to anybody until Forge is back',
    'a function that still reaches Forge goes on writing there, and all of it waits for decisions later',
  ],
  units: () => ({ read: 8, write: 0 }),
  async look(planning) {
    const { operations } = await planning.lane();
    if (planning.state.hasToken && (await isReachable(operations))) {
      const reason = 'Forge answers: roll back instead, nothing is lost then';
      return { refusals: [{ code: 'failover.reachable', reason }] };
    }
    return lossOf(planning);
  },
  async carryOut({ lane, who, reason }) {
    const { epoch, lost } = await forceFailover(lane.operations, who, reason);
    return { outcome: 'done', detail: { lost, ...(epoch === undefined ? {} : { epoch }) } };
  },
};

async function lossOf({ facts, lane }: Planning) {
  if (!atForge(facts.row.stage)) return {};
  const loss = await (await lane()).operations.operations.loss();
  return { loss, risks: [lossText(loss)] };
}

function atForge(stage: string): boolean {
  return ['draining', 'live', 'rewinding', 'settled'].includes(stage);
}
