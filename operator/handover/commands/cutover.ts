import { cutover } from 'crossgrade/handover';
import { publishTarget } from 'crossgrade/live';
import { lookUnits, moveUnits, type CommandDefinition } from '../command-definition.ts';
import { cheapChecks, costlyChecks } from '../pre-checks.ts';

export const cutoverCommand: CommandDefinition = {
  does: 'hand the tenant over to Forge',
  from: ['verify'],
  steps: [
    'check: a clean verification of the last 24 hours at this epoch, a living token, lag, quota, the app’s version, a way back for every record type',
    'canary: one record of each type flies the whole way back and forth, in a bucket of its own',
    'close: Postgres takes no more writes; requests are parked',
    'drain: send what is dirty, then compare all digests',
    'flip: every head goes to Forge',
    'live: requests go on at Forge; after 10 seconds without an end everything is undone at a new epoch',
  ],
  needsReason: false,
  needsForge: true,
  isDone: ({ row }) => row.stage === 'live' || row.stage === 'settled',
  refusals: (planning) => [...notHeldUp(planning), ...cheapChecks(planning)],
  look: costlyChecks,
  risks: ({ state: { dirty } }) => [
    'writers wait until it ends, 10 seconds at most; reads go on',
    ...(dirty > 0 ? [`${dirty} records are dirty and are sent while writers wait`] : []),
  ],
  units: ({ facts: { row }, state: { dirty } }) => ({
    read: 2 * lookUnits(row.buckets) + 3 * dirty + 12,
    write: moveUnits(row.buckets) + dirty + 20,
  }),
  async carryOut({ lane, who, expectEpoch }) {
    await publishTarget(lane.send);
    const result = await cutover(lane.handover, { who, expectEpoch });
    const { frozenMs } = result;
    return result.kind === 'live'
      ? { outcome: 'done', detail: { frozenMs } }
      : { outcome: 'undone', detail: { frozenMs, reason: result.reason } };
  },
};

/** A condition beside the stage holds up what goes forward; ways back are not held up. */
export function notHeldUp({ facts: { row } }: Parameters<typeof cheapChecks>[0]) {
  if (row.condition === null) return [];
  const reason = `the tenant is ${row.condition}: ${row.condition_reason ?? ''}`;
  return [{ code: 'stage.unexpected', reason }];
}
