import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How Jira or the server answers one call in a test. */
export interface Scripted {
  readonly status: number;
  /** A string goes out as it is, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call that went through the door, as the other side saw it. */
interface Seen {
  /** `jira as user`, `remote connect`, `stargate as app` … */
  readonly to: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface Target {
  readonly type: string;
  readonly provider?: string;
  readonly remote?: string;
}

interface ForgeGlobals {
  __forge_runtime__?: unknown;
  __forge_fetch__?: (target: Target, path: string, init?: RequestInit) => Promise<Response>;
}

/** A running pretend outside. `answers` may be changed between calls; `seen` grows. */
export interface Outside {
  readonly answers: Map<string, Scripted>;
  readonly seen: Seen[];
  /** Lines the functions wrote to Forge's log. */
  readonly logged: unknown[];
  /** From now on connections to the remote are refused, as when its process is gone. */
  loseRemote(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Installs the two globals that the native Forge runtime gives to `@forge/*`, with a real HTTP server on loopback behind
 * them. Answers are looked up by `"<to> <method> <path>"`; a call nobody scripted gets 501.
 */
export async function openOutside(answers: Readonly<Record<string, Scripted>>): Promise<Outside> {
  const scripted = new Map(Object.entries(answers));
  const seen: Seen[] = [];
  const logged: unknown[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const call: Seen = {
        to: String(request.headers['x-test-to']),
        method: request.method ?? '',
        path: request.url ?? '',
        body: Buffer.concat(parts).toString('utf8'),
      };
      seen.push(call);
      const answer = scripted.get(`${call.to} ${call.method} ${call.path}`);
      response.writeHead(answer?.status ?? 501, { ...answer?.headers, connection: 'close' });
      response.end(typeof answer?.body === 'string' ? answer.body : JSON.stringify(answer?.body));
    });
  });
  const platform = await listen(server);
  let remote = platform;

  const globals = globalThis as ForgeGlobals;
  globals.__forge_runtime__ = runtime;
  globals.__forge_fetch__ = (target, path, init) =>
    fetch(`${target.type === 'frc' ? remote : platform}${encodeURI(path)}`, {
      ...init,
      headers: {
        ...(init?.headers as Record<string, string> | undefined),
        'x-test-to': nameOf(target),
      },
    });

  const print = console.log;
  console.log = (line: string) => logged.push(JSON.parse(line));

  return {
    answers: scripted,
    seen,
    logged,
    loseRemote: async () => {
      const gone = createServer();
      remote = await listen(gone);
      await close(gone);
    },
    [Symbol.asyncDispose]: async () => {
      delete globals.__forge_runtime__;
      delete globals.__forge_fetch__;
      console.log = print;
      await close(server);
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const runtime = {
  metrics: {
    counter: () => ({ incr: () => undefined }),
    timing: () => ({ measure: () => ({ stop: () => undefined }) }),
  },
  appContext: {},
  contextAri: 'ari:cloud:jira::site/00000000-0000-4000-8000-000000000001',
};

function nameOf(target: Target): string {
  const side = target.remote ?? target.type;
  return target.type === 'frc' ? `remote ${side}` : `${side} as ${target.provider ?? 'nobody'}`;
}
