/**
 * `npm run simulate:mistakes [-- --schedules N] [--only <text>]`: plants each mistake in a copy of the layer, simulates the
 * copy until a schedule fails, and prints which one and how. Several at once, each in a copy of its own. A mistake that no
 * schedule notices fails the run.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MISTAKES, type Mistake } from './mistakes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: { schedules: { type: 'string', default: '1500' }, only: { type: 'string' } },
});

const { only } = values;
const wanted = MISTAKES.filter(({ name }) => only === undefined || name.includes(only));
const queue = [...wanted];
let caught = 0;
const lanes = Math.min(availableParallelism(), 4, queue.length);
await Promise.all(Array.from({ length: lanes }, () => inCopy(work)));
console.log(`${caught} of ${wanted.length} caught`);
if (caught < wanted.length) process.exitCode = 1;

async function work(copy: string): Promise<void> {
  for (let mistake = queue.shift(); mistake !== undefined; mistake = queue.shift()) {
    const how = await withMistake(copy, mistake, () => simulate(copy, mistake));
    if (how !== undefined) caught += 1;
    console.log(`${how === undefined ? 'NOT CAUGHT' : 'caught'}  ${mistake.name}: ${how ?? ''}`);
  }
}

/** What a simulation of the layer needs, and nothing else. */
async function inCopy(use: (copy: string) => Promise<void>): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'mistakes-'));
  try {
    await mkdir(join(copy, 'test'));
    for (const part of ['storage-migration', 'test/simulation']) {
      await cp(join(ROOT, part), join(copy, part), { recursive: true });
    }
    await cp(join(ROOT, 'test/package.json'), join(copy, 'test/package.json'));
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await use(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function withMistake<T>(copy: string, mistake: Mistake, run: () => Promise<T>): Promise<T> {
  const file = join(copy, 'storage-migration', mistake.file);
  const before = await readFile(file, 'utf8');
  let text = before;
  for (const { find, put } of [mistake, ...(mistake.also === undefined ? [] : [mistake.also])]) {
    if (text.split(find).length !== 2) throw new Error(`"${mistake.name}" fits no single place`);
    text = text.replace(find, () => put);
  }
  await writeFile(file, text);
  try {
    return await run();
  } finally {
    await writeFile(file, before);
  }
}

/** What the first failing schedule says; undefined when none fails. */
async function simulate(copy: string, { errand }: Mistake): Promise<string | undefined> {
  const args = ['--disable-warning=ExperimentalWarning', 'test/simulation/until-failure.ts'];
  const child = spawn(
    process.execPath,
    [...args, values.schedules, ...(errand === undefined ? [] : [errand])],
    {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`the simulation itself broke: ${output}`);
  return output.trim() === '' ? undefined : output.trim();
}
