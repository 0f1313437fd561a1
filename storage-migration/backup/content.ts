import type { BackupRecord } from './backup-record.ts';
import type { Manifest, Part } from './manifest.ts';

/** What reading a tenant came to. The rest of the manifest does not depend on the side that was read. */
export type Content = Pick<
  Manifest,
  | 'incarnation'
  | 'authority'
  | 'epoch'
  | 'highestEpoch'
  | 'consistency'
  | 'heads'
  | 'differing'
  | 'records'
  | 'tombstones'
  | 'parts'
>;

/** What was counted over some records. */
export interface Counts {
  records: number;
  tombstones: number;
  highestEpoch: number;
}

export function noCounts(): Counts {
  return { records: 0, tombstones: 0, highestEpoch: 0 };
}

export function countRecord(counts: Counts, { deleted, version }: BackupRecord): void {
  counts.records += 1;
  if (deleted) counts.tombstones += 1;
  counts.highestEpoch = Math.max(counts.highestEpoch, version.e);
}

export function addCounts(into: Counts, counts: Counts): void {
  into.records += counts.records;
  into.tombstones += counts.tombstones;
  into.highestEpoch = Math.max(into.highestEpoch, counts.highestEpoch);
}

export function pushPart(parts: Part[], part: Part | undefined): void {
  if (part !== undefined) parts.push(part);
}
