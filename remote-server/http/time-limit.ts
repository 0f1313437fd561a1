import type { RequestHandler } from 'express';
import { RemoteError } from '../errors/remote-error.ts';

/**
 * Answers 503 when a route has not answered after `milliseconds`. A library that swallows a rejection would otherwise leave
 * the caller waiting for ever. It answers only; it does not stop what the route is doing.
 */
export function timeLimit(milliseconds: number): RequestHandler {
  return (_req, res, next) => {
    const timer = setTimeout(() => {
      if (!res.headersSent)
        next(new RemoteError('timed_out', 'The server took too long to answer.'));
    }, milliseconds);
    res.once('close', () => clearTimeout(timer));
    next();
  };
}
