import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The vendor's server of the tiny app: answers everything and keeps the newest system token. */
export interface Vendor {
  readonly url: string;
  /** @throws when none has come yet. */
  systemToken(): string;
  close(): Promise<void>;
}

/** Starts on any free port of the loopback interface. */
export async function startVendor(): Promise<Vendor> {
  let token: string | undefined;
  const server = createServer((request, response) => {
    const header = request.headers['x-forge-oauth-system'];
    if (typeof header === 'string') token = header;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    systemToken() {
      if (token === undefined) throw new Error('No call with a system token has come yet.');
      return token;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
