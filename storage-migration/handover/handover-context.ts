import type { Pool } from 'pg';
import type { SendContext } from '../copy/send-context.ts';
import type { Ledger } from '../copy/source.ts';
import { sqlSide } from '../postgres/handover/sql-side.ts';
import type { RecordReader } from '../postgres/record-reader.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Scope } from '../terms.ts';
import { compareDigests } from '../verify/compare-digests.ts';
import type { PostgresSide } from './postgres-side.ts';

/** Everything a hand-over of one tenant needs. */
export interface HandoverContext {
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
  readonly ledger: Ledger;
  readonly postgres: PostgresSide;
}

export interface HandoverParts {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly send: SendContext;
  readonly reader: RecordReader;
  readonly ledger: Ledger;
}

/** Joins what a hand-over needs, over a real Postgres. The one way to make a context outside the simulation. */
export function makeHandover(parts: HandoverParts): HandoverContext {
  const { pool, scope, group, send, reader, ledger } = parts;
  const postgres = sqlSide({
    ...{ pool, scope, group, reader },
    compareDigests: async (context, shouldStop) =>
      (await compareDigests({ pool, scope, group, reader, send: context, shouldStop })).result,
  });
  return { scope, group, send, ledger, postgres };
}
