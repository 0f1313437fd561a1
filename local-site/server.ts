import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { LostError } from './faults/index.ts';
import type { Answer } from './types.ts';

/** A listening HTTP server of the local site. */
export interface LocalServer {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and drops every open connection. */
  close(): Promise<void>;
}

/**
 * A request handler. A rejection becomes 500 with its message: this server is only ever used by developers. A
 * {@link LostError} becomes no answer at all: the connection is dropped, or stays silent until the client gives up.
 */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A request body above the limit. */
export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE';
}

const PORTS_TO_TRY = 20;

/**
 * Listens on the loopback interface. When `port` is busy the next free one of 20 is taken, so look at `url`; port 0
 * takes any free port. With `exact` it is this port or none. Never listens on an outside interface.
 *
 * @throws Error `EADDRINUSE`
 */
export async function startServer(
  handler: Handler,
  port: number,
  exact = false,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => {
        fail(response, error);
      });
  });
  server.keepAliveTimeout = 60_000;
  const bound = await listen(server, port, exact ? 1 : PORTS_TO_TRY);
  return {
    url: `http://localhost:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, port: number, tries: number): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await listenOnce(server, port === 0 ? 0 : port + tried);
    } catch (error) {
      const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!busy || port === 0 || tried + 1 === tries) throw error;
    }
  }
}

function listenOnce(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function fail(response: ServerResponse, error: unknown): void {
  if (error instanceof LostError) {
    if (error.silence === 'drop') response.destroy();
    return;
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = error instanceof BodyTooLargeError ? 413 : 500;
  const message = error instanceof Error ? error.message : String(error);
  sendAnswer(response, { status, body: { code: 'LOCAL_SITE_FAILED', message } });
}

/** Reads a body as bytes. Rejects with {@link BodyTooLargeError} above `limit` bytes. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        reject(new BodyTooLargeError(`The request is larger than ${limit} bytes.`));
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}

/** Reads a body as UTF-8 text. */
export async function readText(request: IncomingMessage, limit: number): Promise<string> {
  return (await readBytes(request, limit)).toString('utf8');
}

/** Writes an answer of a room: JSON when it has a body, nothing otherwise. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (answer.body === undefined) {
    response.writeHead(answer.status, { 'content-length': '0', ...answer.headers }).end();
    return;
  }
  const bytes = Buffer.from(answer.text ?? JSON.stringify(answer.body));
  response
    .writeHead(answer.status, {
      'content-type': 'application/json;charset=UTF-8',
      'content-length': String(bytes.length),
      ...answer.headers,
    })
    .end(bytes);
}

/** The token of an `Authorization: Bearer` header, or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  const match = /^Bearer (\S+)$/i.exec(header ?? '');
  return match?.[1];
}
