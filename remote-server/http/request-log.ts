import type { RequestHandler } from 'express';
import type { Logger } from '../logging/create-logger.ts';

/**
 * One line per answered request: method, path without its query, status, milliseconds. The query can hold a token. Written at
 * the level `debug`, so that in production a request costs no line.
 */
export function requestLog(logger: Logger): RequestHandler {
  if (!logger.isLevelEnabled('debug')) return (_req, _res, next) => next();
  return (req, res, next) => {
    const started = process.hrtime.bigint();
    const path = req.path;
    res.once('finish', () => {
      const ms = Number(process.hrtime.bigint() - started) / 1e6;
      logger.debug({ event: 'request', method: req.method, path, status: res.statusCode, ms });
    });
    next();
  };
}
