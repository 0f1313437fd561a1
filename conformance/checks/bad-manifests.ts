import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, readApp } from '../../local-site/app/index.ts';
import { BAD_MANIFESTS } from '../bad-manifests.ts';
import type { BadManifest, Judge } from '../bad-manifests.ts';
import { expect } from '../check.ts';
import type { Check } from '../check.ts';
import { MANIFEST_VARIABLES } from '../processes/forge-cli.ts';
import { runProcess } from '../processes/run-process.ts';
import type { World } from '../world.ts';

/** What a judge found. Lines count from 1; 0 means none. */
interface Fault {
  readonly line: number;
  readonly message: string;
}

interface Case extends BadManifest {
  readonly folder: string;
  /** Line of the fault in the changed manifest. */
  readonly line: number;
}

const LIMIT_MS = 3 * 60_000;
/** A judge may name the line of the thing itself or of the thing that it is missing from. */
const NEAR = 4;
const faultsSchema = z.array(z.object({ line: z.number(), message: z.string() }));

async function makeCase(world: World, bad: BadManifest, index: number): Promise<Case> {
  const { root } = world.options;
  const text = await readFile(join(root, 'manifest.yml'), 'utf8');
  const [before, after, ...more] = text.split(bad.find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${bad.find}" is not exactly once in manifest.yml.`);
  }
  const folder = join(world.options.folder, 'bad-manifests', String(index + 1));
  await mkdir(folder, { recursive: true });
  for (const part of ['src', 'dist', 'package.json']) {
    await symlink(join(root, part), join(folder, part));
  }
  const changed =
    bad.name === LONELY ? before + after.replace(OTHER_SCOPES, '') : before + bad.replace + after;
  await writeFile(join(folder, 'manifest.yml'), changed);
  const line = before.split('\n').length + (bad.offset ?? 0);
  return { ...bad, folder, line };
}

/** The one fault that is more than one place: all other scopes have to go with it. */
const LONELY = 'a token without any other scope';
const OTHER_SCOPES = /    - (?:read:jira-work|read:connect-jira|write:connect-jira)\n/g;

async function localSite({ folder }: Case): Promise<Fault[]> {
  try {
    await readApp(folder, MANIFEST_VARIABLES, { version: '0.0.0', environmentId: 'any' });
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.problems.map(({ line = 0, message }) => ({ line, message }));
  }
}

/** The validator that the CLI uses, run by itself: the CLI adds half a minute of other linters to each. */
async function realValidator(world: World, cases: readonly Case[]): Promise<Fault[][]> {
  const { root, cliFolder } = world.options;
  const cli = await world.cli();
  const script = join(root, 'conformance/processes/validate-manifests.ts');
  const { code, output } = await runProcess({
    command: process.execPath,
    args: [script, cliFolder, ...cases.map(({ folder }) => folder)],
    cwd: root,
    env: { ...cli.env(), ...MANIFEST_VARIABLES },
    timeLimitMs: LIMIT_MS,
  });
  const lines = output.split('\n').filter((line) => line.startsWith('['));
  expect(code === 0 && lines.length === cases.length, 'The validator gave no verdict.', output);
  return lines.map((line) => faultsSchema.parse(JSON.parse(line)));
}

function describe(faults: readonly Fault[]): string {
  return faults.map(({ line, message }) => `${line || '–'}: ${message}`).join(' | ') || 'nothing';
}

const near = (faults: readonly Fault[], line: number): boolean =>
  faults.some((fault) => Math.abs(fault.line - line) <= NEAR);

const WHO: Readonly<Record<Judge, string>> = {
  schema: "breaks the CLI's schema",
  rules: "breaks the CLI's rules",
  platform: 'only the platform can refuse',
};

export const badManifestChecks: readonly Check[] = [
  {
    name: 'bad-manifests',
    title: `${BAD_MANIFESTS.length} bad manifests are refused with a line, by the CLI's own validator and by the local site`,
    needs: ['cli'],
    async run(world) {
      const cases = await Promise.all(
        BAD_MANIFESTS.map((bad, index) => makeCase(world, bad, index)),
      );
      const real = await realValidator(world, cases);
      const complaints: string[] = [];
      let exact = 0;
      for (const [index, each] of cases.entries()) {
        const validator = real[index] ?? [];
        const local = await localSite(each);
        // The validator looks for the line by the text of what it complains about, and often finds the first such text.
        const isReal = each.judge === 'platform' || validator.some(({ line }) => line > 0);
        if (near(validator, each.line)) exact += 1;
        if (isReal && near(local, each.line)) continue;
        complaints.push(
          `${each.name}, line ${each.line}: validator says ${describe(validator)}; local site says ${describe(local)}`,
        );
      }
      expect(complaints.length === 0, complaints.join('\n'));
      const judged = cases.filter(({ judge }) => judge !== 'platform').length;
      world.options.say(
        `  the validator names the place in ${exact} of ${judged}, the local site in ${cases.length} of ${cases.length}`,
      );
    },
  },
  ...(['schema', 'rules', 'platform'] as const).map((judge): Check => lintRefuses(judge)),
];

/** One of each kind through the whole command. */
function lintRefuses(judge: Judge): Check {
  return {
    name: `lint-${judge}`,
    title: `forge lint refuses a manifest that ${WHO[judge]}`,
    needs: ['cli'],
    async run(world) {
      const bad = BAD_MANIFESTS.find((each) => each.judge === judge);
      if (bad === undefined) throw new Error(`There is no example for ${judge}.`);
      const each = await makeCase(world, bad, BAD_MANIFESTS.length + WHO[judge].length);
      const { code, output } = await (await world.cli()).run(each.folder, ['lint']);
      expect(code !== 0, 'It was accepted.', output);
      const named = judge === 'platform' ? `manifest.yml:` : `${each.line}:`;
      expect(output.includes(named), `Line ${each.line} is not named.`, output);
    },
  };
}
