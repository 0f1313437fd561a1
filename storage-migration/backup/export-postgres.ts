import type { ClientBase } from 'pg';
import { joinRows, type VersionRow } from '../postgres/record-reader.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { recordOf, type VersionedRow } from '../record/outgoing.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { BackupContext } from './backup-context.ts';
import type { BackupRecord } from './backup-record.ts';
import { countRecord, noCounts, pushPart, type Content } from './content.ts';
import type { Part } from './manifest.ts';
import type { PartWriter } from './part-writer.ts';

/** Records read at once; they are all in memory then. */
const PAGE = 100;

/**
 * Reads a tenant from Postgres in **one** snapshot: every record and tombstone as it stood at one moment. Needs nothing of
 * Forge. An open gate proves that Postgres was the authority at that moment; with a closed one nothing is read and undefined
 * comes back. The snapshot lasts as long as the reading: it can't be taken up again by another process, and vacuum waits.
 */
export function exportPostgres(
  context: BackupContext,
  writer: PartWriter,
): Promise<Content | undefined> {
  const { pool, scope, group } = context;
  return inTransaction(
    pool,
    async (client) => {
      const facts = await readFacts(client, context);
      if (facts.gate === 'closed') return undefined;
      const counts = noCounts();
      const parts: Part[] = [];
      let [slot, key] = [-1, ''];
      for (;;) {
        const found = await client.query<VersionRow>(
          `select key, slot, epoch, n, deleted from mig_ver
           where tenant = $1 and grp = $2 and (slot, key) > ($3, $4) order by slot, key limit $5`,
          [scope.tenant, scope.group, slot, key, PAGE],
        );
        for (const row of await joinRows(client, group, scope.tenant, found.rows)) {
          const record = recordOfRow(group, row);
          countRecord(counts, record);
          pushPart(parts, await writer.add(record));
        }
        const last = found.rows.at(-1);
        if (last === undefined || found.rows.length < PAGE) break;
        [slot, key] = [last.slot, last.key];
      }
      pushPart(parts, await writer.close());
      return {
        ...counts,
        ...{ parts, authority: 'postgres', consistency: 'tenant', differing: [] },
        ...{ incarnation: facts.incarnation, epoch: facts.epoch },
        heads: facts.incarnation === null ? null : await seenHeads(client, context, facts.buckets),
      };
    },
    'repeatable read, read only',
  );
}

/** A row as it would stand in Forge, whether it fits there or not. */
export function recordOfRow(
  group: GroupDefinition,
  { key, version, deleted, row }: VersionedRow,
): BackupRecord {
  const value = deleted ? undefined : recordOf(group, key).encode(row);
  return { key, version, deleted, value };
}

interface Facts {
  readonly gate: string;
  readonly epoch: number;
  readonly incarnation: number | null;
  readonly buckets: number;
}

async function readFacts(client: ClientBase, { scope }: BackupContext): Promise<Facts> {
  const found = await client.query<Facts>(
    `select coalesce(g.gate, 'open') as gate, coalesce(g.epoch, 1) as epoch,
            case when t.stage <> 'off' then t.incarnation end as incarnation,
            coalesce(t.buckets, 0) as buckets
     from (select $1::text as tenant, $2::text as grp) k
     left join mig_gate g using (tenant, grp) left join mig_tenant t using (tenant, grp)`,
    [scope.tenant, scope.group],
  );
  return found.rows[0] ?? { gate: 'open', epoch: 1, incarnation: null, buckets: 0 };
}

/** The heads as Postgres knew them at that moment: which sends it had heard the outcome of. */
async function seenHeads(
  client: ClientBase,
  { scope }: BackupContext,
  buckets: number,
): Promise<[number, number][]> {
  const found = await client.query<{ bucket: number; epoch: number; seq: string }>(
    `select bucket, seen_epoch as epoch, seen_seq as seq from mig_racked
     where tenant = $1 and grp = $2`,
    [scope.tenant, scope.group],
  );
  const heads = Array.from({ length: buckets }, (): [number, number] => [0, 0]);
  for (const { bucket, epoch, seq } of found.rows) heads[bucket] = [epoch, Number(seq)];
  return heads;
}
