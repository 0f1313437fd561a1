import { keyTag } from '../bucket/sketch.ts';
import { insist } from '../copy/insist.ts';
import { unitsOf } from '../copy/packer.ts';
import { UNIT_BYTES } from '../copy/send-context.ts';
import { splitKey } from '../record/define-record.ts';
import { decodeKey } from '../record/key-codec.ts';
import type { VerifyContext } from '../verify/verify-context.ts';

/** Rounds through the target: a query may be behind by some seconds. */
const ROUNDS = 4;
const PAUSE_MS = 3_000;
/** A scan that hands out the same cursor again would never end. */
const MOST_PAGES = 1_000_000;

/**
 * Keys of records that Forge holds and Postgres has no version of. `tags` are those that the sketches named; it looks again
 * until all of them are found, or a few times. A query only proposes: the caller reads each key strictly. `unnamed` counts
 * tags without a record: what was made **and** deleted behind Postgres' back leaves a tombstone, whose key tells nothing.
 */
export async function findUnknown(
  context: VerifyContext,
  tags: ReadonlySet<string>,
): Promise<{ readonly keys: readonly string[]; readonly unnamed: number }> {
  const keys = new Set<string>();
  const open = new Set(tags);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round > 0) await context.send.timing.sleep(PAUSE_MS);
    for (const key of await scanAll(context)) {
      keys.add(key);
      open.delete(keyTag(key));
    }
    if (open.size === 0) break;
  }
  return { keys: [...keys], unnamed: open.size };
}

async function scanAll(context: VerifyContext): Promise<readonly string[]> {
  const { send, group, pool, scope } = context;
  const entities = new Set(
    [...group.records.values()].map(({ target }) =>
      target.kind === 'entity' ? target.entity : undefined,
    ),
  );
  const seen: string[] = [];
  for (const entity of entities) {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const read = await insist(send, 'read', 'repair', 1, (carrier) =>
        carrier.scan(entity, cursor),
      );
      const more = unitsOf(Buffer.byteLength(JSON.stringify(read.items)), UNIT_BYTES) - 1;
      if (more > 0) await send.units.take({ kind: 'read', units: more, priority: 'repair' });
      for (const item of read.items) {
        const key = decodeKey(item.key);
        const target =
          key === undefined ? undefined : group.records.get(splitKey(key).type)?.target;
        const owner = target?.kind === 'entity' ? target.entity : undefined;
        if (key !== undefined && target !== undefined && owner === entity) seen.push(key);
      }
      if (read.cursor === undefined || read.cursor === cursor) break;
      cursor = read.cursor;
    }
  }
  const known = await pool.query<{ key: string }>(
    'select key from mig_ver where tenant = $1 and grp = $2 and key = any($3)',
    [scope.tenant, scope.group, seen],
  );
  const isKnown = new Set(known.rows.map(({ key }) => key));
  return seen.filter((key) => !isKnown.has(key));
}
