import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../logging/create-logger.ts';
import { errorLike } from './error-like.ts';
import { RemoteError } from './remote-error.ts';
import { toRemoteError } from './to-remote-error.ts';

/** Answers every request that no route took. Mounted last. */
export const notFoundHandler: RequestHandler = (_req, _res, next) => {
  next(new RemoteError('not_found', 'There is nothing at this address.'));
};

/**
 * The only place that turns an error into an answer. Logs refusals by code, failures with their cause; never sends a stack
 * or a cause.
 */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return (thrown, req, res, next) => {
    const error = toRemoteError(thrown);
    const event = { event: 'request_failed', code: error.code, method: req.method, path: req.path };
    if (error.status >= 500) logger.error({ ...event, err: describe(error.cause ?? error) });
    else logger.info({ ...event, field: error.field, reason: errorLike(error.cause)?.message });
    if (res.headersSent) {
      next(thrown);
      return;
    }
    if (error.status === 503) res.setHeader('retry-after', '5');
    res.status(error.status).json({
      error: {
        code: error.code,
        message: error.message,
        ...(error.field === undefined ? {} : { field: error.field }),
        ...(error.limit === undefined ? {} : { limit: error.limit }),
        ...(error.next === undefined ? {} : { next: error.next }),
      },
    });
  };
}

function describe(cause: unknown): unknown {
  const error = errorLike(cause);
  return error === undefined ? cause : { message: error.message, stack: error.stack };
}
