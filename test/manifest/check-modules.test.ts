import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const run = (connectKey: string, ...args: string[]) =>
  spawnSync(process.execPath, ['scripts/check-modules.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, CONNECT_KEY: connectKey },
  });

describe('check-modules.ts on this repository', () => {
  it('finds each legacy module embedded, moved or retired, and no fault', () => {
    expect(run('com.example.tally.staging')).toMatchObject({ status: 0, stderr: '' });
  });

  it('lets only the listed key go to production', () => {
    expect(run('com.example.tally', '--production').status).toBe(0);
    const refused = run('com.example.tally.staging', '--production');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^CONNECT_KEY_DIFFERS manifest\.yml:\d+ /);
    expect(run('', '--production').status).toBe(1);
  });
});
