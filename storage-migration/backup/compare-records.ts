import { canonical } from '../record/canonical.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { joinRows, type VersionRow } from '../postgres/record-reader.ts';
import { compareVersions, NO_VERSION } from '../terms.ts';
import type { BackupContext } from './backup-context.ts';
import type { BackupRecord } from './backup-record.ts';
import { recordOfRow } from './export-postgres.ts';

/** How a record of a backup stands to what is in Postgres. */
export type Standing =
  /** Newer: the apply rule writes it. */
  | 'newer'
  /** Older: what is there stays. */
  | 'older'
  | 'same'
  /** The same version with another content. What is there stays; a person may choose the backup's by name. */
  | 'conflict';

/** Compares some records with what Postgres holds, in one snapshot. Changes nothing. */
export function compareRecords(
  { pool, scope, group }: BackupContext,
  records: readonly BackupRecord[],
): Promise<ReadonlyMap<BackupRecord, Standing>> {
  return inTransaction(
    pool,
    async (client) => {
      const found = await client.query<VersionRow>(
        `select key, slot, epoch, n, deleted from mig_ver
         where tenant = $1 and grp = $2 and key = any($3)`,
        [scope.tenant, scope.group, records.map(({ key }) => key)],
      );
      const rowOf = new Map(found.rows.map((row) => [row.key, row]));
      const orderOf = (record: BackupRecord): number => {
        const row = rowOf.get(record.key);
        const here = row === undefined ? NO_VERSION : { e: row.epoch, n: Number(row.n) };
        return compareVersions(record.version, here);
      };
      const equal = records.filter((record) => orderOf(record) === 0);
      const here = new Map<string, string>();
      const rows = equal.flatMap(({ key }) => rowOf.get(key) ?? []);
      for (const row of await joinRows(client, group, scope.tenant, rows)) {
        here.set(row.key, contentOf(recordOfRow(group, row)));
      }
      return new Map(
        records.map((record): [BackupRecord, Standing] => {
          const order = orderOf(record);
          if (order !== 0) return [record, order > 0 ? 'newer' : 'older'];
          return [record, here.get(record.key) === contentOf(record) ? 'same' : 'conflict'];
        }),
      );
    },
    'repeatable read, read only',
  );
}

export function contentOf({ deleted, value }: Pick<BackupRecord, 'deleted' | 'value'>): string {
  return deleted || value === undefined ? 'deleted' : canonical(value);
}
