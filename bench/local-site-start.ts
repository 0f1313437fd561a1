import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTinyApp } from '../test/conformance/tiny-app/build-tiny-app.ts';
import { median } from './local-site-rows.ts';

const CLI = fileURLToPath(new URL('../local-site/cli.ts', import.meta.url));
const RUNS = 5;

/** What one start took. */
export interface Start {
  readonly seconds: number;
  /** CPU of the process until then; absent where the system does not tell. */
  readonly cpuMs?: number;
}

/** From starting the process of `crossgrade-local-site`, with an app to deploy, to its ready line; median of five. */
export async function measureStarts(): Promise<Start> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  await buildTinyApp(folder);
  const starts: Start[] = [];
  for (let run = 0; run < RUNS; run += 1) starts.push(await startOnce(folder));
  await rm(folder, { recursive: true, force: true });
  const cpu = starts.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  const seconds = median(starts.map((each) => each.seconds));
  return cpu.length === 0 ? { seconds } : { seconds, cpuMs: median(cpu) };
}

async function startOnce(app: string): Promise<Start> {
  const begun = performance.now();
  const args = [
    '--disable-warning=ExperimentalWarning',
    CLI,
    '--app',
    app,
    '--port',
    '0',
    '--json',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  const seconds = (performance.now() - begun) / 1_000;
  const cpuMs = cpuOf(child.pid);
  child.kill('SIGTERM');
  await ended;
  if (first === undefined) throw new Error('crossgrade-local-site ended before it was ready.');
  return cpuMs === undefined ? { seconds } : { seconds, cpuMs };
}

/** Milliseconds of CPU a process has used, from Linux's /proc, which counts in hundredths of a second. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const fields =
      readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}
