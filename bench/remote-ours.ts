import { testEnvironment } from '../remote-server/testing/test-environment.ts';
import { readConfig } from '../remote-server/config.ts';
import { createRemote } from '../remote-server/create-remote.ts';
import { createPool } from '../remote-server/database/create-pool.ts';
import { callerOf } from '../remote-server/http/caller.ts';
import { createLogger } from '../remote-server/logging/create-logger.ts';
import { childInput, serveMeasured } from './remote-child.ts';

/** Our remote, whole, with two routes that do nothing but answer who calls. */
const { databaseUrl, atlassianUrl } = childInput();
const config = readConfig({ ...testEnvironment(atlassianUrl, databaseUrl), LOG_LEVEL: 'warn' });
const remote = await createRemote(config, {
  pool: createPool(databaseUrl),
  logger: createLogger(config.logLevel),
  extend: (app, { context, invocation, linked }) => {
    app.get('/bench/context', context, (_req, res) => res.json({ tenant: callerOf(res).tenant }));
    app.get('/bench/forge', invocation, linked, (_req, res) =>
      res.json({ tenant: callerOf(res).tenant }),
    );
  },
});
serveMeasured(remote.createServer());
