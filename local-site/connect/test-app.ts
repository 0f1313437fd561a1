import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the app received. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface TestAppResponse {
  readonly status: number;
  readonly body?: string;
  readonly type?: string;
}

/** A small HTTP server in the place of the vendor's app, for the tests of this package. */
export interface TestApp {
  readonly baseUrl: string;
  readonly received: ReceivedRequest[];
  /** Answers requests; undefined means 204. */
  respond: (
    request: ReceivedRequest,
  ) => TestAppResponse | undefined | Promise<TestAppResponse | undefined>;
  close(): Promise<void>;
}

/** Starts the server on a free port of the loopback interface. */
export async function startTestApp(): Promise<TestApp> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      app.received.push(received);
      void Promise.resolve(app.respond(received)).then((answer = { status: 204 }) => {
        response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' });
        response.end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const app: TestApp = {
    baseUrl: `http://localhost:${port}`,
    received: [],
    respond: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return app;
}
