import type { Pool } from 'pg';
import type { SendContext } from '../copy/send-context.ts';
import type { Ledger } from '../copy/source.ts';
import type { RecordReader } from '../postgres/record-reader.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Scope } from '../terms.ts';

/** Everything a hand-over of one tenant needs. */
export interface HandoverContext {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
  readonly reader: RecordReader;
  readonly ledger: Ledger;
}

/** Joins what a hand-over needs. The one way to make a context. */
export function makeHandover(parts: HandoverContext): HandoverContext {
  return parts;
}
