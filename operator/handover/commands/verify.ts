import { appendAudit, inTransaction, readTenant } from 'crossgrade/postgres';
import { compareDigests, followerIn, scrub } from 'crossgrade/verify';
import { lookUnits, type CommandDefinition } from '../command-definition.ts';

export const verifyCommand: CommandDefinition = {
  does: 'compare both stores now',
  from: ['copy', 'verify', 'live', 'settled'],
  steps: [
    'digest: the sums of all heads against those of Postgres; sketches name what differs',
    'scrub: with --full every record is read back',
  ],
  needsReason: false,
  needsForge: true,
  isDone: () => false,
  risks: ({ state: { dirty } }) =>
    dirty > 0 ? [`${dirty} records are on their way and count as lag, not as differences`] : [],
  units: ({ facts: { row } }) => ({ read: lookUnits(row.buckets), write: 0 }),
  async carryOut({ lane, operator, scope, input, who }) {
    const stage = (await readTenant(operator.pool, scope))?.stage ?? 'verify';
    const context = { ...lane.verify(() => false), follower: followerIn(stage) };
    const digest = await compareDigests(context);
    const full = input.full === true ? await scrub(context, { again: true }) : undefined;
    const passes = full === undefined ? [digest] : [digest, full];
    const last = full ?? digest;
    const evidence = passes.map(({ passId, result }) => `${passId} ${result}`).join(', ');
    await inTransaction(operator.pool, (client) =>
      appendAudit(client, { ...scope, who, action: 'verify', evidence }),
    );
    const isDifferent = passes.some(({ result }) => result === 'different');
    const isAbandoned = passes.some(({ result }) => result === 'abandoned');
    return {
      outcome: isDifferent ? 'different' : isAbandoned ? 'unproven' : 'done',
      detail: {
        ...{ result: last.result, compared: last.compared, differences: last.differences },
        pass: last.passId,
      },
    };
  },
};
