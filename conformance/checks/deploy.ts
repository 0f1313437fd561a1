import { expect } from '../check.ts';
import type { Check } from '../check.ts';
import type { ProcessResult } from '../processes/run-process.ts';
import { changeManifest } from '../project-copy.ts';
import type { World } from '../world.ts';

const MAJOR_RULE = 'MAJOR_VERSION_RULE';
/** The same project has just been checked for development, which takes most of the time of a deploy. */
const UNCHECKED = ['--no-verify'];
/** Free to be added to a Connect app that reads: still a new major version (connect-on-forge facts, 7.2). */
export const ADDED_SCOPE = [
  '    - write:connect-jira\n',
  '    - write:connect-jira\n    - read:jira-user\n',
] as const;

async function deploy(
  world: World,
  project: string,
  environment: string,
  more: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  const cli = await world.cli();
  const args = ['deploy', '--non-interactive', '-e', environment, ...more];
  return cli.run(project, args, variables);
}

function expectDeployed({ code, output }: ProcessResult): void {
  expect(code === 0 && output.includes('✔ Deployed'), 'The deploy did not go through.', output);
}

async function versionsOf(world: World, environment: string): Promise<string[]> {
  const { platform } = (await world.stack()).local;
  return platform.versions(environment).map(({ version }) => version);
}

export const deployChecks: readonly Check[] = [
  {
    name: 'deploy-development',
    title: 'forge deploy puts the project on development, checked, bundled and uploaded by the CLI',
    needs: ['cli'],
    async run(world) {
      expectDeployed(await deploy(world, await world.project(), 'development'));
      const versions = await versionsOf(world, 'development');
      expect(versions.length === 1, `There is no version of it: ${versions.join()}.`);
    },
  },
  {
    name: 'deploy-staging',
    title: 'forge deploy puts it on staging under a Connect key of its own',
    needs: ['deploy-development'],
    async run(world) {
      const key = { CONNECT_KEY: 'com.example.tally.staging' };
      expectDeployed(await deploy(world, await world.project(), 'staging', UNCHECKED, key));
      const { platform } = (await world.stack()).local;
      expect(
        platform.versions('staging').at(-1)?.connectKey === key.CONNECT_KEY,
        'Staging has another Connect key.',
      );
    },
  },
  {
    name: 'deploy-production',
    title: 'forge deploy puts it on production',
    needs: ['deploy-development'],
    async run(world) {
      expectDeployed(await deploy(world, await world.project(), 'production', UNCHECKED));
    },
  },
  {
    name: 'connect-key',
    title: 'the CLI refuses a production deploy with another Connect key',
    needs: ['deploy-production'],
    async run(world) {
      const key = { CONNECT_KEY: 'com.example.other' };
      const { code, output } = await deploy(world, await world.project(), 'production', [], key);
      expect(code !== 0, 'It was deployed.', output);
      expect(
        output.includes("from 'com.example.tally' to 'com.example.other'"),
        'It was refused for another reason.',
        output,
      );
    },
  },
  {
    name: 'connect-key-unverified',
    title: 'the local site refuses it too, when the CLI is told not to look',
    needs: ['deploy-production'],
    async run(world) {
      const key = { CONNECT_KEY: 'com.example.other' };
      const before = await versionsOf(world, 'production');
      const project = await world.project();
      const { code, output } = await deploy(world, project, 'production', ['--no-verify'], key);
      expect(code !== 0, 'It was deployed.', output);
      expect(output.includes('com.example.other'), 'The CLI does not say why.', output);
      const after = await versionsOf(world, 'production');
      expect(before.join() === after.join(), `There is a new version: ${after.join()}.`, output);
    },
  },
  {
    name: 'variables',
    title: 'forge variables reach the version that is deployed next, not the one before',
    needs: ['deploy-production'],
    async run(world) {
      const cli = await world.cli();
      const project = await world.project();
      const set = await cli.run(project, ['variables', 'set', '-e', 'production', 'COLOUR', 'red']);
      expect(set.code === 0, 'forge variables set failed.', set.output);
      const { platform } = (await world.stack()).local;
      const latest = () => platform.versions('production').at(-1)?.variables['COLOUR'];
      expect(latest() === undefined, 'It is there without a deploy.');
      expectDeployed(await deploy(world, project, 'production', ['--no-verify']));
      expect(latest() === 'red', 'The next version does not have it.');
    },
  },
  {
    name: 'major-refused',
    title: 'a deploy that would make a new major version waits for --approve',
    needs: ['deploy-production'],
    async run(world) {
      const project = await world.project();
      await changeManifest(project, ...ADDED_SCOPE);
      const before = await versionsOf(world, 'production');
      const { code, output } = await deploy(world, project, 'production');
      expect(code !== 0 && output.includes(MAJOR_RULE), 'It was not asked for.', output);
      const after = await versionsOf(world, 'production');
      expect(before.join() === after.join(), `There is a new version: ${after.join()}.`, output);
    },
  },
  {
    name: 'indexes',
    title: 'forge storage entities indexes list shows every index as ready',
    needs: ['deploy-development'],
    async run(world) {
      const cli = await world.cli();
      const args = ['storage', 'entities', 'indexes', 'list', '-e', 'development'];
      const { code, output } = await cli.run(await world.project(), args);
      const found = ['by-issue', 'by-project'].every((name) => output.includes(name));
      expect(code === 0 && found && !output.includes('CREATING'), 'Not all are there.', output);
    },
  },
];

/** The project as it is. After {@link deployMajor} that takes a scope away: a major version that no admin has to be asked for. */
export async function deployWithoutScope(world: World): Promise<void> {
  expectDeployed(await deploy(world, await world.project(), 'development', UNCHECKED));
}

/** A new major version of development, agreed to on the command line. */
export async function deployMajor(world: World): Promise<void> {
  const project = await world.project();
  await changeManifest(project, ...ADDED_SCOPE);
  expectDeployed(await deploy(world, project, 'development', ['--approve', MAJOR_RULE]));
  const versions = await versionsOf(world, 'development');
  expect(/^[1-9]\d*\.0\.0$/.test(versions.at(-1) ?? ''), `No major version: ${versions.join()}.`);
}
