import type { RequestHandler } from 'express';

/** Express 5 leaves `body` undefined where Express 4 gave an object, and atlassian-connect-express reads a field of it. */
export const bodyShim: RequestHandler = (req, _res, next) => {
  req.body ??= {};
  next();
};
