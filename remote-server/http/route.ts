import type { Request, RequestHandler, Response } from 'express';

/** Express 4 does not wait for promises: a rejection of `handle` goes to the error handler instead of nowhere. */
export function route(
  handle: (req: Request, res: Response) => Promise<void> | void,
): RequestHandler {
  return (req, res, next) => {
    Promise.resolve()
      .then(() => handle(req, res))
      .catch(next);
  };
}

/** The same for a middleware: goes on when `check` resolves, to the error handler when it rejects. */
export function guard(
  check: (req: Request, res: Response) => Promise<void> | void,
): RequestHandler {
  return (req, res, next) => {
    Promise.resolve()
      .then(() => check(req, res))
      .then(() => next(), next);
  };
}
