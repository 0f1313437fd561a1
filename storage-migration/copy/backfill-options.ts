import type { GroupDefinition } from '../record/define-record.ts';
import type { SendContext } from './send-context.ts';
import type { Ledger, SliceReader } from './source.ts';

/** What a backfill works with. */
export interface BackfillOptions {
  readonly context: SendContext;
  readonly group: GroupDefinition;
  readonly source: SliceReader;
  readonly ledger: Ledger;
  /** Asked before each transaction; true ends the work cleanly at a checkpoint. */
  readonly shouldStop?: () => boolean;
  readonly onProgress?: (records: number) => void;
}
