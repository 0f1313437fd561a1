import type { Trouble } from '../forge/carrier.ts';
import type { Outgoing } from '../record/outgoing.ts';
import { formatPart, partKey } from '../record/parts.ts';
import type { Priority } from './governor.ts';
import { inLanes } from './in-lanes.ts';
import { insist } from './insist.ts';
import { unitsOf } from './packer.ts';
import { PART_LANES } from './read-parts.ts';
import { UNIT_BYTES, type SendContext } from './send-context.ts';

/** A refusal of one part: the record that it belongs to can't be stored. */
export type PartRefused = Extract<Trouble, { kind: 'refused' }>;

/**
 * Step `storeParts`: sees to it that every part of these records is there, **before** the pointers to them are sent. A part
 * is created and never written over; one that exists has the same content, because its key carries the record's hash. Each
 * costs its units. Returns the refusal if Forge refuses one for good; throws as `insist` does.
 */
export async function storeParts(
  context: SendContext,
  items: readonly Outgoing[],
  priority: Priority,
): Promise<PartRefused | undefined> {
  for (const item of items) {
    const refusal = await storePartsOf(context, item, priority);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * As {@link storeParts}, for a sender of Postgres' versions: what this process has seen to be there at this epoch of the head
 * is not sent again. That holds because within an epoch nobody deletes parts of a version newer than the stored one.
 */
export async function storePartsOnce(
  context: SendContext,
  items: readonly Outgoing[],
  epoch: number,
  priority: Priority,
): Promise<PartRefused | undefined> {
  const open = items.filter(
    ({ hash, parts }) => parts !== undefined && !context.heads.hasParts(hash, epoch),
  );
  for (const item of open) {
    const refusal = await storePartsOf(context, item, priority);
    if (refusal !== undefined) return refusal;
    context.heads.noteParts(item.hash, epoch);
  }
  return undefined;
}

async function storePartsOf(
  context: SendContext,
  { key, version, hash, parts = [] }: Outgoing,
  priority: Priority,
): Promise<PartRefused | undefined> {
  const refusals: PartRefused[] = [];
  await inLanes([...parts.entries()], PART_LANES, async ([index, text]) => {
    const item = { key: partKey(context.scope.group, hash, index), entity: undefined };
    const value = formatPart({ key, version, text });
    const bytes = Buffer.byteLength(JSON.stringify({ ...item, value })) + FRAME_BYTES;
    const units = unitsOf(bytes, UNIT_BYTES);
    const refusal = await insist(context, 'write', priority, units, async (carrier) => {
      const reply = await carrier.create(item, value);
      context.account.units += units;
      if (reply.kind === 'refused') return { kind: 'ok', value: reply };
      return reply.kind === 'ok' ? { kind: 'ok', value: undefined } : reply;
    });
    if (refusal !== undefined) refusals.push(refusal);
    context.account.recordBytes += bytes;
  });
  return refusals[0];
}

/** What a creation has beside its key and value: the options. */
const FRAME_BYTES = 50;
