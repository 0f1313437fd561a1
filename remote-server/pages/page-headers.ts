import helmet from 'helmet';
import type { RequestHandler } from 'express';

/** Headers of everything that is not a page: nothing of it may be framed, guessed at or kept. */
export function plainHeaders(): RequestHandler {
  const set = helmet({
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  return (req, res, next) => {
    set(req, res, next);
  };
}

/**
 * The policy of one page: it may be framed by the site it was opened from and by nobody else, and run its own script and the
 * Connect script. Styles may be inline, because the design tokens are.
 */
export function pagePolicy(siteUrl: string, hostScriptUrl: string): string {
  const site = new URL(siteUrl).origin;
  const script = new URL(hostScriptUrl).origin;
  return [
    `default-src 'none'`,
    `script-src 'self' ${script}`,
    `style-src 'self' 'unsafe-inline' ${script}`,
    `img-src 'self' data: ${site}`,
    `font-src 'self' data:`,
    `connect-src 'self'`,
    `base-uri 'self'`,
    `form-action 'none'`,
    `frame-ancestors ${site}`,
  ].join('; ');
}
