/**
 * `node test/simulation/find-mistakes.ts [--schedules N]`: plants each mistake in a copy of the layer, simulates the copy
 * until a schedule fails, and prints which one and how. A mistake that no schedule notices fails the run.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MISTAKES, type Mistake } from './mistakes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: { schedules: { type: 'string', default: '1500' }, only: { type: 'string' } },
});

const copy = await mkdtemp(join(tmpdir(), 'mistakes-'));
try {
  await mkdir(join(copy, 'test'));
  await cp(join(ROOT, 'storage-migration'), join(copy, 'storage-migration'), { recursive: true });
  await cp(join(ROOT, 'test/simulation'), join(copy, 'test/simulation'), { recursive: true });
  await cp(join(ROOT, 'test/package.json'), join(copy, 'test/package.json'));
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const wanted = MISTAKES.filter(
    ({ name }) => values.only === undefined || name.includes(values.only),
  );
  let found = 0;
  for (const mistake of wanted) {
    const how = await withMistake(mistake, () => simulate());
    if (how !== undefined) found += 1;
    console.log(
      `${how === undefined ? 'NOT FOUND' : 'found'}  ${mistake.name}${how === undefined ? '' : `: ${how}`}`,
    );
  }
  console.log(`${found} of ${wanted.length} mistakes found`);
  if (found < wanted.length) process.exitCode = 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

async function withMistake<T>(mistake: Mistake, work: () => Promise<T>): Promise<T> {
  const file = join(copy, 'storage-migration', mistake.file);
  const before = await readFile(file, 'utf8');
  let text = before;
  for (const { find, put } of [mistake, ...(mistake.also === undefined ? [] : [mistake.also])]) {
    if (text.split(find).length !== 2) throw new Error(`"${mistake.name}" fits no single place`);
    text = text.replace(find, () => put);
  }
  await writeFile(file, text);
  try {
    return await work();
  } finally {
    await writeFile(file, before);
  }
}

/** What the first failing schedule says; undefined when none fails. */
async function simulate(): Promise<string | undefined> {
  const args = ['--disable-warning=ExperimentalWarning', 'test/simulation/until-failure.ts'];
  const child = spawn(process.execPath, [...args, values.schedules], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`the simulation itself broke: ${output}`);
  return output.trim() === '' ? undefined : output.trim();
}
