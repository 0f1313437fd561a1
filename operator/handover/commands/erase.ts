import { LayerError, STAGES } from 'crossgrade';
import { driveErasures } from 'crossgrade/handover';
import { recordTypeOf } from '../record-keys.ts';
import type { CommandDefinition } from '../command-definition.ts';

/** Rounds before the rest is left to a worker. */
const ROUNDS = 20;

export const eraseCommand: CommandDefinition = {
  does: 'erase records for good, on both sides',
  from: STAGES,
  steps: [
    'erase: each record is deleted by whoever is the authority, as a version like any other; a mark says that it is a purge',
    'push or reverse: the deletes travel to the other side, also while the tenant is paused',
    'eraseReport: only when both sides hold the deletes; then nothing names the keys any more',
  ],
  needsReason: true,
  needsForge: false,
  needsConfirm: true,
  takesKeys: true,
  isDone: () => false,
  refusals({ input, operator }) {
    const { keys = [] } = input;
    if (keys.length === 0) return [{ code: 'config.invalid', reason: 'name at least one record' }];
    return keys
      .filter((key) => recordTypeOf(operator.config.group, key) === undefined)
      .map((key) => ({ code: 'config.invalid', reason: `${key} is of no known record type` }));
  },
  risks: ({ facts: { row }, state: { hasToken } }) => [
    'the records are gone on both sides; only a backup of your own brings them back',
    'until both sides have confirmed it the tenant is not cut over, settled or finalized',
    ...(row.stage !== 'off' && !hasToken
      ? ['there is no living system token: it is reported when there is one again']
      : []),
  ],
  units: ({ input: { keys = [] } }) => ({ read: 6 * keys.length, write: 2 * keys.length }),
  async carryOut({ lane, input: { keys = [] }, who, reason }) {
    const context = lane.operations;
    const open = await context.operations.openErasures();
    const begun = new Set(open.flatMap((erasure) => erasure.keys.map(({ key }) => key)));
    const fresh = keys.filter((key) => !begun.has(key));
    if (fresh.length > 0) await context.operations.beginErasure(fresh, who, reason);
    for (let round = 0; ; round += 1) {
      const { records, waiting } = await driveErasures(context, who);
      if (waiting === 0) return { outcome: 'done', detail: { records } };
      if (round >= ROUNDS) {
        throw new LayerError('erase.waiting', `${waiting} of ${records} records are not confirmed`);
      }
      await lane.send.timing.sleep(250);
    }
  },
};
