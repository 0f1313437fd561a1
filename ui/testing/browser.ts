import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../test/support/chromium.ts';

/** The pages' policy is as strict as Forge's: no inline script, no style sheet or style element but ours. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'none'";

const HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Harness</title>
<link rel="stylesheet" href="main.css"></head>
<body><div id="root"></div><script src="main.js"></script></body></html>`;

export interface HarnessBrowser {
  /** Opens the harness with a query such as `page=panel&theme=dark`; the page waits for `harness.show()`. */
  open(query: string, size?: { width: number; height: number }): Promise<Page>;
  close(): Promise<void>;
}

/** Bundles the harness, serves it on a free port of the loopback, and starts a real Chromium. */
export async function harnessBrowser(): Promise<HarnessBrowser> {
  const files = await bundle();
  const server = await serve(files);
  const { port } = server.address() as AddressInfo;
  const browser = await launchChromium();
  return {
    open: async (query, size = { width: 720, height: 900 }) =>
      openPage(browser, `http://127.0.0.1:${port}/?${query}`, size),
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  size: { width: number; height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport: size, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(url);
  return page;
}

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    entryPoints: [`${import.meta.dirname}/harness.tsx`],
    outdir: '/',
    entryNames: 'main',
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return new Map(result.outputFiles.map(({ path, text }) => [path.replace(/^.*\//, '/'), text]));
}

async function serve(files: ReadonlyMap<string, string>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    const text = path === '/' ? HTML : files.get(path);
    const type = path.endsWith('.js') ? 'text/javascript' : path === '/' ? 'text/html' : 'text/css';
    response.writeHead(text === undefined ? 404 : 200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': POLICY,
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
