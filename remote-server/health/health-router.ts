import { Router } from 'express';
import type { Pool } from 'pg';
import { checkTables } from '../database/check-tables.ts';
import { toRemoteError } from '../errors/to-remote-error.ts';

/** `live`: the process runs. `ready`: it can serve, that is, the database answers and its tables are as they must be. */
export function createHealthRouter(pool: Pool): Router {
  const router = Router();
  router.get('/live', (_req, res) => {
    res.json({ live: true });
  });
  router.get('/ready', (_req, res) => {
    checkTables(pool).then(
      () => res.json({ ready: true }),
      (error: unknown) => {
        const { code } = toRemoteError(error);
        const reason = code === 'internal' ? 'database_not_ready' : code;
        res.status(503).json({ ready: false, reason });
      },
    );
  });
  return router;
}
