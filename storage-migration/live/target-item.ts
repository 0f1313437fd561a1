import { z } from 'zod';
import { insist } from '../copy/insist.ts';
import type { SendContext } from '../copy/send-context.ts';
import type { Reach, TargetScope } from '../copy/reach.ts';
import { LayerError } from '../errors.ts';
import type { SetOperation } from '../forge/carrier.ts';
import { LAYER_VERSION } from '../terms.ts';

const stored = z.object({
  layer: z.int(),
  buckets: z.int().positive(),
  key: z.string().min(1),
  inc: z.int(),
  mapv: z.int(),
});

/** `mig:<group>`, a plain key-value item: what a function has to know of the target before it can find a record. */
export function targetKey(group: string): string {
  return `mig:${group}`;
}

/**
 * Writes the target's facts where the app's functions read them, and reads them back. Idempotent; called at enrolment and
 * again before each cut-over. The key in it hides record keys inside tombstone keys; it opens nothing that lies beside it.
 */
export async function publishTarget(context: SendContext): Promise<void> {
  const item = { key: targetKey(context.scope.group), entity: undefined };
  const wanted = format(context.scope);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const found = await insist(context, 'read', 'repair', 1, (carrier) => carrier.get(item));
    if (found !== undefined && isSame(found.value, wanted)) return;
    // Blind: there is one writer, and whatever stood there before was of an earlier incarnation or half an enrolment.
    const set = [{ ...item, json: JSON.stringify(wanted) }];
    await insist(context, 'write', 'repair', 1, (carrier) => carrier.transact({ set, delete: [] }));
  }
  throw new LayerError('target.unreachable', `${item.key} does not keep what is written`);
}

/**
 * The target as the remote described it. Undefined: the remote has not enrolled this installation yet, so Postgres is the
 * authority. Throws `layer.version_mismatch` when another version of the layer wrote it, and what {@link insist} throws.
 */
export async function readTarget(reach: Reach, group: string): Promise<TargetScope | undefined> {
  const item = { key: targetKey(group), entity: undefined };
  // As patiently as what follows: units that are used up for a moment are no reason to refuse a person.
  const found = await insist(reach, 'read', 'live', 1, (carrier) => carrier.get(item));
  if (found === undefined) return undefined;
  const parsed = stored.safeParse(found.value);
  if (!parsed.success || parsed.data.layer !== LAYER_VERSION) {
    throw new LayerError(
      'layer.version_mismatch',
      `${targetKey(group)} was not written by layer ${LAYER_VERSION}`,
      { cause: parsed.error },
    );
  }
  const { buckets, key, inc, mapv } = parsed.data;
  const tenantKey = Buffer.from(key, 'base64');
  return { group, buckets, tenantKey, incarnation: inc, mapping: mapv };
}

const app = z.object({ layer: z.int(), mapv: z.int() });

/** `mig:<group>:app`: what the app's functions say of themselves. */
export function appKey(group: string): string {
  return `mig:${group}:app`;
}

/** What functions write at their start, so that a cut-over finds out beforehand whether they speak the same language. */
export function appItem(group: string, mapping: number): SetOperation {
  const value: z.infer<typeof app> = { layer: LAYER_VERSION, mapv: mapping };
  return { key: appKey(group), entity: undefined, json: JSON.stringify(value) };
}

/** Why the app in Forge could not read this target; undefined when it could, null when it has not said. */
export async function appMismatch(context: SendContext): Promise<string | undefined | null> {
  const { group, mapping } = context.scope;
  const item = { key: appKey(group), entity: undefined };
  const found = await insist(context, 'read', 'repair', 1, (carrier) => carrier.get(item));
  if (found === undefined) return null;
  const said = app.safeParse(found.value);
  if (said.success && said.data.layer === LAYER_VERSION && said.data.mapv === mapping) {
    return undefined;
  }
  const is = said.success ? `layer ${said.data.layer}, mapping ${said.data.mapv}` : 'no answer';
  return `the app in Forge says ${is}; this process has ${LAYER_VERSION} and ${mapping}`;
}

function format(scope: TargetScope): z.infer<typeof stored> {
  const { buckets, tenantKey, incarnation, mapping } = scope;
  const key = tenantKey.toString('base64');
  return { layer: LAYER_VERSION, buckets, key, inc: incarnation, mapv: mapping };
}

function isSame(found: unknown, wanted: z.infer<typeof stored>): boolean {
  const parsed = stored.safeParse(found);
  return parsed.success && JSON.stringify(parsed.data) === JSON.stringify(wanted);
}
