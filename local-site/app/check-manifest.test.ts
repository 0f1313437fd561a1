import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError, readApp } from './index.ts';

const FIXTURE = new URL('../functions/fixture/manifest.yml', import.meta.url);
const FACTS = { version: '1.0.0', environmentId: 'env' };

/** What the platform's validator refuses (connect-on-forge facts, sections 2.1 to 2.4), with the line. */
describe('a bad manifest', () => {
  let folder = '';
  let good = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-bad-'));
    await mkdir(join(folder, 'src'));
    await mkdir(join(folder, 'static/main'), { recursive: true });
    await writeFile(join(folder, 'src/index.js'), '');
    good = await readFile(FIXTURE, 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const refusal = async (text: string): Promise<AppError> => {
    await writeFile(join(folder, 'manifest.yml'), text);
    try {
      await readApp(folder, { REMOTE_BASE_URL: 'http://localhost' }, FACTS);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error('It was read.');
  };

  it.each([
    ['a part that is none', 'connectModules:', 'extras: {}\nconnectModules:', 'extras'],
    ['no runtime', '  runtime:\n    name: nodejs24.x\n    memoryMB: 256\n', '', 'id: ari'],
    ['an old runtime', 'nodejs24.x', 'nodejs20.x', 'nodejs20.x'],
    ['too much memory', 'memoryMB: 256', 'memoryMB: 4096', 'memoryMB: 4096'],
    ['a key for two modules', '- key: tick\n', '- key: panel\n', 'key: panel'],
    ['an unknown Connect module', 'jira:webPanels', 'jira:jiraVersionTabPanels', 'key: panel'],
    [
      'a second lifecycle',
      'installed: /installed\n',
      'installed: /installed\n    - key: second\n',
      'key: second',
    ],
    [
      'an unknown Connect remote',
      '    remote: vendor\n  storage',
      '    remote: nobody\n  storage',
      'remote: nobody',
    ],
    ['no Connect remote', '    remote: vendor\n  storage', '  storage', 'CONNECT_KEY'],
    [
      'another authentication',
      '    remote: vendor\n  storage',
      '    remote: vendor\n    authentication: none\n  storage',
      'authentication: none',
    ],
    [
      'a field that app.connect has not',
      '    remote: vendor\n  storage',
      '    remote: vendor\n    extra: 1\n  storage',
      'CONNECT_KEY',
    ],
    [
      'a Connect remote of the customer',
      '  - key: vendor\n    baseUrl',
      '  - key: vendor\n    configurable: { name: n, description: d }\n    baseUrl',
      'configurable',
    ],
    [
      'a remote without an address',
      '- key: storage-only\n    baseUrl: ${REMOTE_BASE_URL}\n',
      '- key: storage-only\n',
      'key: storage-only',
    ],
    [
      'a remote with a long key',
      '- key: storage-only',
      '- key: a-key-with-more-than-23-letters',
      'a-key-with',
    ],
    ['a purpose that is none', '[compute, fetch]', '[compute, guess]', 'guess'],
    [
      'a store without a word about scope',
      'operations: [fetch]',
      'operations: [storage]',
      'key: storage-only',
    ],
    [
      'other regions at one remote',
      '- key: storage-only\n    baseUrl: ${REMOTE_BASE_URL}',
      '- key: storage-only\n    baseUrl: { default: http://a, EU: http://b }\n  - key: third\n    baseUrl: { default: http://a, US: http://c }',
      'US: http://c',
    ],
    [
      'a region that is none',
      '- key: storage-only\n    baseUrl: ${REMOTE_BASE_URL}',
      '- key: storage-only\n    baseUrl: { default: http://a, MARS: http://b }',
      'MARS',
    ],
    [
      'egress to an unknown remote',
      '        - remote: vendor',
      '        - remote: nobody',
      'remote: nobody',
    ],
    [
      'a token scope alone',
      '    - storage:app\n    - read:app-system-token\n    - read:jira-work\n',
      '    - read:app-system-token\n',
      'read:app-system-token',
    ],
    ['an index with two ranges', 'range: [rank]', 'range: [rank, text]', 'name: by-text'],
    ['an index with a short name', 'name: by-text', 'name: by', 'name: by'],
    ['an index over nothing', 'partition: [text]', 'partition: [nothing]', 'name: by-text'],
    ['a schedule every minute', 'interval: hour', 'interval: minute', 'interval: minute'],
    [
      'a function with a long key',
      '- key: farewell\n      handler',
      '- key: farewell-for-everybody-who-leaves\n      handler',
      'farewell-for',
    ],
    ['a module with a bad key', '- key: tick\n', "- key: 'tick tock'\n", 'tick tock'],
    ['a timeout of an hour', 'timeoutSeconds: 300', 'timeoutSeconds: 3600', 'timeoutSeconds: 3600'],
    [
      'the intent with a prefix',
      'modules:\n  jira',
      'modules:\n  core:connectToForgeMigration: []\n  jira',
      'core:connect',
    ],
    [
      'the intent without a guide',
      'modules:\n  jira',
      'modules:\n  connectToForgeMigration:\n    - key: intent\n      willMigrateToForgeBeforeEOS: MAYBE\n  jira',
      'key: intent',
    ],
  ])('with %s is refused at its line', async (_name, from, to, marker) => {
    expect(good).toContain(from);
    const text = good.replace(from, () => to);
    const error = await refusal(text);
    expect(error.code).toBe('manifest_invalid');
    expect(text.split('\n')[(error.line ?? 0) - 1]).toContain(marker);
    expect(error.message).toContain(`manifest.yml:${error.line ?? ''} `);
  });

  it('is refused with all its problems, in the order of the file', async () => {
    const text = good
      .replace('nodejs24.x', 'nodejs20.x')
      .replace('operations: [fetch]', 'operations: [storage]')
      .replace('jira:webPanels', 'jira:nothing');
    const { problems } = await refusal(text);
    const lines = problems.map(({ line }) => line ?? 0);
    expect(problems).toHaveLength(3);
    expect(lines).toEqual([...lines].sort((one, other) => one - other));
  });

  it('without modules is refused, with the Connect key alone it is the end of the road and fine', async () => {
    const app = good.slice(good.indexOf('app:'), good.indexOf('  storage:'));
    const end = `${app.replace('    remote: vendor\n', '')}environment:\n  variables: [CONNECT_KEY]\n`;
    const filled = end.replace('${CONNECT_KEY}', 'com.example.fixture');
    expect((await refusal(`${filled}modules: {}\n`)).line).toBeGreaterThan(1);
    expect((await refusal(filled)).message).toContain('needs modules');
    await writeFile(
      join(folder, 'manifest.yml'),
      `${filled}modules:\n  function:\n    - key: main\n      handler: index.main\n`,
    );
    expect(await readApp(folder, {}, FACTS)).toMatchObject({ connectKey: 'com.example.fixture' });
  });
});
