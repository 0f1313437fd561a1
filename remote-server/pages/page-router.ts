import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import type { PageModule } from '../connect/descriptor.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { route } from '../http/route.ts';
import { pagePolicy } from './page-headers.ts';
import { pageHtml } from './page-html.ts';

/** What the pages stand on. */
export interface PageRouterParts {
  readonly modules: readonly PageModule[];
  /** Folder of the built pages, with a slash at the end: one folder per page. */
  readonly builtPages: URL;
  readonly hostScriptUrl: string;
  /** Lets only addresses through that a known site signed, and fills `req.context`. */
  readonly authenticate: readonly RequestHandler[];
}

/**
 * Serves the pages that Jira opens in a frame. The page itself needs a signed address; its script and styles hold nothing of a
 * tenant and are public. A page that was not built is an error of ours, not an empty frame.
 */
export function createPageRouter(parts: PageRouterParts): Router {
  const router = Router();
  for (const { path, folder } of parts.modules) {
    router.get(
      path,
      ...parts.authenticate,
      route(async (req, res) => {
        const html = await built(new URL(`${folder}/index.html`, parts.builtPages));
        res.setHeader('content-security-policy', pagePolicy(siteOf(req), parts.hostScriptUrl));
        res.removeHeader('x-frame-options');
        res.setHeader('cache-control', 'no-store');
        res
          .type('html')
          .send(pageHtml(html, { hostScriptUrl: parts.hostScriptUrl, base: `${path}/` }));
      }),
    );
    const assets = fileURLToPath(new URL(`${folder}/`, parts.builtPages));
    router.use(path, express.static(assets, { index: false, redirect: false, maxAge: '5m' }));
  }
  const publicFolder = fileURLToPath(new URL('../public/', import.meta.url));
  router.use('/connect', express.static(publicFolder, { index: false, maxAge: '1d' }));
  return router;
}

async function built(file: URL): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new RemoteError('internal', 'This page is not there.', { cause });
  }
}

/** The address of the site, as `authenticate` found it with the tenant. */
function siteOf(req: Request): string {
  const { context } = req as Request & { context?: { hostBaseUrl?: unknown } };
  const site = context?.hostBaseUrl;
  if (typeof site !== 'string') throw new Error('The page was not authenticated');
  return site;
}
