import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ChildInput } from './remote-child.ts';

/** A server under measurement, in a process of its own. */
export interface Measured {
  readonly url: string;
  /** CPU time the process has used so far, microseconds. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

const hello = z.object({ url: z.string() });
const usage = z.object({ cpu: z.number() });

/** Starts `file` with the input; rejects when it ends before it listens. */
export async function startMeasured(
  file: string,
  input: ChildInput,
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...env, NODE_ENV: 'production', BENCH_INPUT: JSON.stringify(input) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = hello.parse(await message(child));
  return {
    url,
    async cpu() {
      const answer = message(child);
      child.send('cpu');
      return usage.parse(await answer).cpu;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const early = (code: number | null) =>
      reject(new Error(`The server ended with ${code ?? 'a signal'}`));
    child.once('exit', early);
    child.once('message', (value: unknown) => {
      child.off('exit', early);
      resolve(value);
    });
  });
}

/** One route of one server, and the headers of its requests, used in turn. */
export interface Load {
  readonly url: string;
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** What every answer must say; anything else ends the measurement. */
  readonly tenant: string;
}

const CONNECTIONS = 10;

/** Sends `count` requests over ten kept connections and checks every answer. */
export async function send(load: Load, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const headers = load.headers[next % load.headers.length] ?? {};
      next += 1;
      const { status, body } = await request(load.url, headers, agent);
      if (status !== 200 || body !== JSON.stringify({ tenant: load.tenant })) {
        throw new Error(`${load.url} answered ${status} ${body}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
}

function request(url: string, headers: Readonly<Record<string, string>>, agent: Agent) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    get(url, { agent, headers }, (res) => {
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (body += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
      res.on('error', reject);
    }).on('error', reject);
  });
}

/** CPU microseconds of the server per request. */
export async function cpuPerRequest(server: Measured, load: Load, count: number): Promise<number> {
  const before = await server.cpu();
  await send(load, count);
  return ((await server.cpu()) - before) / count;
}
