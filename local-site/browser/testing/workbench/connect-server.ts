import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectPage } from './connect-pages.ts';

/** The vendor's server of the workbench. */
export interface ConnectServer {
  readonly baseUrl: string;
  /** Set once the site's address is known: pages load `all.js` from there. */
  hostScript: string;
  /** The descriptor that a Connect installation reads. */
  descriptor: unknown;
  /** Paths of POST requests, in order. */
  readonly posted: string[];
  close(): Promise<void>;
}

/** Starts it on a free port of the loopback interface. It takes every token: it is nobody's data. */
export async function startConnectServer(): Promise<ConnectServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://vendor.invalid');
    if (request.method === 'POST') {
      self.posted.push(url.pathname);
      request.resume();
      response.writeHead(204).end();
      return;
    }
    if (url.pathname === '/atlassian-connect.json') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(self.descriptor));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html;charset=UTF-8' });
    response.end(connectPage(url, self.hostScript));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const self: ConnectServer = {
    baseUrl: `http://localhost:${port}`,
    hostScript: '',
    descriptor: {},
    posted: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return self;
}
