/**
 * `npm run model:murphi`: the hand-over of two buckets searched by rumur, a tool that shares nothing with ours. Both count
 * the reachable states of the same protocol in the same bounds, so the counts have to be equal. Needs a C compiler;
 * installs rumur from the system's packages where that is allowed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { search } from '../check/search.ts';
import { handoverModel } from '../handover/handover-model.ts';
import { SCENARIOS } from '../handover/scenarios.ts';

const SOURCE = join(import.meta.dirname, 'handover.m');

ensureRumur();
const folder = mkdtempSync(join(tmpdir(), 'crossgrade-murphi-'));
try {
  const program = compile(folder);
  const output = execFileSync(program, { encoding: 'utf8', maxBuffer: 64 << 20 });
  const theirs = Number(/(\d+) states, \d+ rules fired/.exec(output)?.[1]);
  const { name, bounds } = SCENARIOS.buckets;
  const ours = search(handoverModel(name, bounds));
  console.log(`rumur:  ${theirs.toLocaleString('en')} states, every invariant holds`);
  console.log(`search: ${ours.states.toLocaleString('en')} states (${name})`);
  if (ours.violation !== undefined || ours.states !== theirs) {
    console.error('The two do not describe the same protocol any more.');
    process.exitCode = 1;
  }
} catch (error) {
  // rumur's programs end with 1 and print the way to the violation.
  const output: unknown = (error as { stdout?: unknown }).stdout;
  console.error(typeof output === 'string' ? output : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

function compile(into: string): string {
  const [c, program] = [join(into, 'handover.c'), join(into, 'handover')];
  // Bounded epochs run out; what rumur calls a deadlock there means nothing.
  execFileSync('rumur', ['--deadlock-detection', 'off', SOURCE, '--output', c]);
  execFileSync('cc', ['-O2', ...atomics(), '-o', program, c, '-lpthread']);
  return program;
}

/** On x86 rumur's programs need 16-byte atomics, which compilers leave out unless told. */
function atomics(): readonly string[] {
  return process.arch === 'x64' ? ['-mcx16'] : [];
}

function ensureRumur(): void {
  if (spawnSync('rumur', ['--version']).error === undefined) return;
  const installed = spawnSync('apt-get', ['install', '-y', 'rumur'], { stdio: 'ignore' });
  if (installed.status === 0) return;
  console.error('rumur is not installed. Install it (Debian and Ubuntu: apt-get install rumur).');
  process.exit(1);
}
