import { join } from 'node:path';
import {
  RELEASE_OPERATIONS,
  UNMODELLED_RELEASE_OPERATIONS,
} from '../../local-site/release/index.ts';
import { expect } from '../check.ts';
import type { Check } from '../check.ts';
import { cliOperations } from '../processes/cli-operations.ts';
import { MANIFEST_VARIABLES } from '../processes/forge-cli.ts';
import { runProcess } from '../processes/run-process.ts';

const LIMIT_MS = 5 * 60_000;

export const lintChecks: readonly Check[] = [
  {
    name: 'cli',
    title: 'the Forge CLI is installed, runs, and is logged in at the local site',
    async run(world) {
      const cli = await world.cli();
      const { code, output } = await cli.run(world.options.folder, ['whoami']);
      expect(code === 0 && output.includes('Local Developer'), 'forge whoami failed.', output);
    },
  },
  {
    name: 'cli-operations',
    title: 'the CLI names no operation that the local site neither answers nor refuses on purpose',
    needs: ['cli'],
    async run(world) {
      const named = await cliOperations(world.options.cliFolder);
      expect(named.size > 40, `Only ${named.size} operations were found: the CLI has changed.`);
      const known = new Set([...RELEASE_OPERATIONS, ...UNMODELLED_RELEASE_OPERATIONS]);
      const news = [...named].filter((name) => !known.has(name));
      expect(news.length === 0, `Nothing is known about ${news.join(', ')}.`);
      const gone = [...known].filter((name) => !named.has(name));
      expect(gone.length === 0, `The CLI does not name ${gone.join(', ')}.`);
    },
  },
  {
    name: 'lint',
    title: 'forge lint finds nothing in the project, server half included',
    needs: ['cli'],
    async run(world) {
      const cli = await world.cli();
      const { code, output } = await cli.run(await world.project(), ['lint', '-e', 'development']);
      expect(code === 0 && output.includes('No issues found'), 'forge lint has findings.', output);
    },
  },
  {
    // The CLI's lint sees the generated src/ only, where a call of ours is one line among others.
    name: 'lint-sources',
    title: "Atlassian's linters find nothing in forge-src, which forge lint does not see",
    needs: ['cli'],
    async run(world) {
      const cli = await world.cli();
      const { root, cliFolder } = world.options;
      const { code, output } = await runProcess({
        command: process.execPath,
        args: [join(root, 'conformance/processes/lint-sources.ts'), cliFolder, 'forge-src'],
        cwd: root,
        env: { ...cli.env(), ...MANIFEST_VARIABLES },
        timeLimitMs: LIMIT_MS,
      });
      expect(code === 0, 'The linters have findings.', output);
      expect(/"files":[1-9]/.test(output), 'No file was linted.', output);
    },
  },
];
