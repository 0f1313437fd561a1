import { setCondition } from 'crossgrade/postgres';
import { DONE, ENROLLED, NO_UNITS, type CommandDefinition } from '../command-definition.ts';

export const pauseCommand: CommandDefinition = {
  does: 'stop copying and reverse replication; who may write stays as it is',
  from: ENROLLED,
  steps: ['pause: the condition is put beside the stage; erasures go on'],
  needsReason: true,
  needsForge: false,
  isDone: ({ row }) => row.condition === 'paused',
  refusals: ({ facts: { row } }) =>
    row.condition === null
      ? []
      : [{ code: 'stage.unexpected', reason: `the tenant is ${row.condition} already` }],
  risks: ({ state: { hasToken } }) => [
    'while it is paused, what one side writes does not reach the other',
    ...(hasToken ? [] : ['there is no living system token either']),
  ],
  units: () => NO_UNITS,
  async carryOut({ operator, scope, reason, who }) {
    await setCondition(operator.pool, scope, 'paused', reason, who);
    return DONE;
  },
};

export const resumeCommand: CommandDefinition = {
  does: 'take the condition away, so that work goes on',
  from: ENROLLED,
  steps: ['resume: the condition is taken away; the next sweep takes up the work'],
  needsReason: true,
  needsForge: false,
  isDone: ({ row }) => row.condition === null,
  refusals({ facts: { row }, state }) {
    if (row.condition === 'terminated' || row.condition === 'erasing') {
      const reason = `${row.condition} does not end by an operator's word`;
      return [{ code: 'stage.unexpected', reason }];
    }
    if (row.forced_at !== null) {
      const reason = 'Forge was given up, and what it holds was not looked at: recover first';
      return [{ code: 'stage.unexpected', reason }];
    }
    if (state.held === 0) return [];
    const reason = `${state.held} records wait for a decision: see xg quarantine`;
    return [{ code: 'record.held', reason }];
  },
  risks: () => [],
  units: () => NO_UNITS,
  async carryOut({ operator, scope, lane, reason, who }) {
    // An erasure that began meanwhile is not over because the pause is.
    const isErasing = (await lane.operations.operations.openErasures()).length > 0;
    await setCondition(operator.pool, scope, isErasing ? 'erasing' : null, reason, who);
    return DONE;
  },
};
