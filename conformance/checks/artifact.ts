import { expect } from '../check.ts';
import type { Check } from '../check.ts';
import { runProcess } from '../processes/run-process.ts';
import type { ProcessResult } from '../processes/run-process.ts';
import type { World } from '../world.ts';

const LIMIT_MS = 10 * 60_000;

/** The app's own commands, with the artifact in the place of what `npm run build` made. */
async function onArtifact(world: World, args: readonly string[]): Promise<ProcessResult> {
  const artifact = await world.artifact();
  expect(artifact !== undefined, 'Nothing was deployed.');
  return runProcess({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', ...args],
    cwd: world.options.root,
    env: { ...world.options.env, CROSSGRADE_ARTIFACT: artifact },
    timeLimitMs: LIMIT_MS,
  });
}

export const artifactChecks: readonly Check[] = [
  {
    name: 'artifact-end-to-end',
    title: "the app's end-to-end test passes on the artifact of the real bundler",
    needs: ['deploy-development'],
    async run(world) {
      const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
      const { code, output } = await onArtifact(world, [
        ...jest,
        'test/end-to-end/upgrade.test.ts',
      ]);
      expect(code === 0, 'It fails.', output);
    },
  },
  {
    name: 'artifact-main-job',
    title: 'the main job moves 300 lists under four writers on the artifact of the real bundler',
    needs: ['deploy-development'],
    async run(world) {
      const demo = ['--max-http-header-size=65536', 'demo/main.ts', '--headless', '--json'];
      const { code, output } = await onArtifact(world, [...demo, '--records', '300']);
      expect(code === 0, 'It fails.', output);
      expect(output.includes('Running the artifact in'), 'It did not run the artifact.', output);
    },
  },
];
