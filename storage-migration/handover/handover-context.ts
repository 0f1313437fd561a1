import type { Pool } from 'pg';
import type { SendContext } from '../copy/send-context.ts';
import type { Ledger } from '../copy/source.ts';
import { sqlSide } from '../postgres/handover/sql-side.ts';
import type { RecordReader } from '../postgres/record-reader.ts';
import type { GroupDefinition } from '../record/define-record.ts';
import type { Scope } from '../terms.ts';
import { compareHeads } from '../verify/compare-digests.ts';
import { recheck, recheckHastily } from '../verify/recheck.ts';
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
  const verification = { pool, scope, group, reader };
  const side = sqlSide({
    ...verification,
    incarnation: send.scope.incarnation,
    compareDigests: async (context, shouldStop) => {
      const verifying = { ...verification, send: context, shouldStop, isHasty: true };
      // The scrub that let the hand-over begin counts for the heads as they are now, or not at all.
      const [{ summary, heads }, scrubbed] = await Promise.all([
        compareHeads(verifying),
        recheckHastily(verifying),
      ]);
      return { result: summary.result === 'clean' ? scrubbed : summary.result, heads };
    },
  });
  const postgres: PostgresSide = {
    ...side,
    // Before writers wait: what was written since the scrub is read back, so that little of it is left for the freeze.
    cleanPass: async (incarnation, epoch) => {
      const result = await recheck({ ...verification, send });
      return result === 'clean' ? side.cleanPass(incarnation, epoch) : undefined;
    },
  };
  return { scope, group, send, ledger, postgres };
}
