import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { LayerError } from 'crossgrade';
import type { Caller } from '../http/caller.ts';
import type { Logger } from '../logging/create-logger.ts';
import { errorLike, messageOf } from './error-like.ts';
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
    if (error.status >= 500) {
      const about = recordOf(error.cause, res);
      logger.error({ ...event, ...about, err: describe(error.cause ?? error) });
    } else logger.info({ ...event, field: error.field, reason: errorLike(error.cause)?.message });
    if (res.headersSent) {
      next(thrown);
      return;
    }
    // Waiting does not mend a broken record.
    if (error.status === 503 && error.code !== 'record_broken') res.setHeader('retry-after', '5');
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

/** The record that an error of the layer is about, as the operator names it to `xg explain`: tenant and key. */
function recordOf(cause: unknown, { locals }: Response): Readonly<Record<string, unknown>> {
  if (!(cause instanceof LayerError) || cause.key === undefined) return {};
  const caller = locals['caller'] as Caller | undefined;
  return { layerCode: cause.code, record: cause.key, tenant: caller?.tenant };
}

function describe(cause: unknown): unknown {
  const error = errorLike(cause);
  if (error === undefined) return cause;
  const { message, stack, cause: deeper } = error;
  return { message, stack, ...(deeper === undefined ? {} : { cause: messageOf(deeper) }) };
}
