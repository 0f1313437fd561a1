import { expect } from '../check.ts';
import type { Check } from '../check.ts';
import { runProcess } from '../processes/run-process.ts';
import { SUITES } from '../suites.ts';

const LIMIT_MS = 10 * 60_000;

export const suiteChecks: readonly Check[] = SUITES.map(({ name, title, paths }) => ({
  name,
  title,
  async run(world) {
    const { root, env } = world.options;
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
    const { code, output } = await runProcess({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', ...jest, ...paths],
      cwd: root,
      env: { ...env, JIRA_OPENAPI: world.jiraOpenApi },
      timeLimitMs: LIMIT_MS,
    });
    expect(code === 0, 'It fails.', output);
  },
}));
