import { errorLike } from '../errors/error-like.ts';
import type { Logger } from '../logging/create-logger.ts';

/**
 * Ends the process on a rejection nobody handles, as Node does by itself. atlassian-connect-express adds a listener that only
 * logs, which would leave a broken process serving. Returns a function that takes the listener away again.
 */
export function installCrashGuard(logger: Logger, exit: (code: number) => void): () => void {
  const onRejection = (reason: unknown): void => {
    const error = errorLike(reason);
    const err = error === undefined ? reason : { message: error.message, stack: error.stack };
    logger.fatal({ event: 'unhandled_rejection', err });
    exit(1);
  };
  process.prependListener('unhandledRejection', onRejection);
  return () => {
    process.removeListener('unhandledRejection', onRejection);
  };
}
