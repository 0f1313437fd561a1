import { readConfig } from '../config.ts';
import { createRemote } from '../create-remote.ts';
import { createPool } from '../database/create-pool.ts';
import { installCrashGuard } from '../http/crash-guard.ts';
import { createLogger } from '../logging/create-logger.ts';

/** A process as `main.ts` makes it, in which a promise is rejected and nobody looks. Ends with 0 if it survives. */
const config = readConfig(process.env);
const logger = createLogger(config.logLevel);
installCrashGuard(logger, (code) => process.exit(code));
await createRemote(config, { pool: createPool(config.databaseUrl), logger });
void Promise.reject(new Error('stray'));
setTimeout(() => process.exit(0), 3_000);
