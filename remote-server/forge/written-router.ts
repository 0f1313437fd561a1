import { Router } from 'express';
import { parseRequest, writtenSchema, type Supplies } from '../../checklist/index.ts';
import type { Database } from '../database/create-database.ts';
import { callerOf } from '../http/caller.ts';
import { route } from '../http/route.ts';
import { createChecklistUnit } from '../store/checklist-unit.ts';

/** What is done with the word of a function that it has written in Forge. */
export interface WrittenParts {
  readonly db: Database;
  readonly supplies: Supplies;
  /** Called when it is kept: wakes whoever carries changes back, and the sweeper of progress. */
  readonly committed: (tenant: string) => void;
}

/**
 * `POST /forge/written`: the history of changes that a function made, and the issues whose progress is due. Both stay in
 * Postgres in every stage; the data itself comes back by replication, never from here. Told once and not again, so a line
 * of history can be missing, as on the server's own way to Forge.
 */
export function createWrittenRouter({ db, supplies, committed }: WrittenParts): Router {
  const router = Router();
  router.post(
    '/written',
    route(async (req, res) => {
      const { tenant } = callerOf(res);
      const { events, issueIds } = parseRequest(writtenSchema, req.body);
      const since = supplies.now().toISOString();
      await db.transaction().execute(async (trx) => {
        const rows = createChecklistUnit(trx, tenant);
        for (const event of events) await rows.record(event);
        for (const issueId of issueIds) await rows.progressDue(issueId, since);
      });
      committed(tenant);
      res.status(204).end();
    }),
  );
  return router;
}
