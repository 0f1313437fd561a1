import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, readApp } from './index.ts';

const FIXTURE = new URL('../functions/fixture/manifest.yml', import.meta.url);
const FACTS = { version: '1.0.0', environmentId: 'env' };
const VARIABLES = { REMOTE_BASE_URL: 'http://localhost:4403/' };

describe('reading an app folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-app-'));
    await mkdir(join(folder, 'src'));
    await mkdir(join(folder, 'static/main'), { recursive: true });
    await writeFile(join(folder, 'src/index.js'), '');
    await writeFile(join(folder, 'manifest.yml'), await readFile(FIXTURE));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const change = async (from: string, to: string): Promise<void> => {
    const file = join(folder, 'manifest.yml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
  };
  const failure = async (variables: Record<string, string> = VARIABLES): Promise<AppError> => {
    try {
      await readApp(folder, variables, FACTS);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error('It was read.');
  };

  it('takes a variable from the caller, else from the default in the manifest', async () => {
    const app = await readApp(folder, VARIABLES, FACTS);
    expect(app.connectKey).toBe('com.example.fixture');
    expect(app.connectBaseUrl).toBe('http://localhost:4403');
    const other = await readApp(folder, { ...VARIABLES, CONNECT_KEY: 'other' }, FACTS);
    expect(other.connectKey).toBe('other');
  });

  it('leaves the variables of Connect in place', async () => {
    const app = await readApp(folder, VARIABLES, FACTS);
    const panel = app.connectModules.find(({ key }) => key === 'panel');
    expect(panel?.type).toBe('webPanels');
    expect(panel?.body['url']).toBe('/panel?issue={issue.id}&old=${issue.key}');
  });

  it('reads entities with simple and named indexes', async () => {
    const app = await readApp(folder, VARIABLES, FACTS);
    expect(app.entities).toEqual([
      {
        name: 'note',
        attributes: { text: 'string', rank: 'integer' },
        indexes: [
          { name: 'rank', partition: [], range: ['rank'] },
          { name: 'by-text', partition: ['text'], range: ['rank'] },
        ],
      },
    ]);
  });

  it('reads pages, resources, egress and what the platform calls by itself', async () => {
    const app = await readApp(folder, VARIABLES, FACTS);
    expect(app.uiModules[0]).toMatchObject({
      key: 'admin',
      type: 'jira:adminPage',
      title: 'Fixture',
      resourceKey: 'main',
      resolverFunction: 'resolver',
    });
    expect(app.resources).toEqual([{ key: 'main', folder: join(folder, 'static/main') }]);
    expect(app.egress).toEqual(['http://localhost:4403']);
    expect(app.schedules.map(({ key, target }) => [key, target.kind])).toEqual([
      ['tick', 'endpoint'],
      ['local-tick', 'function'],
    ]);
    expect(app.preUninstall?.target).toEqual({ kind: 'function', key: 'farewell' });
  });

  it('names the variable and the line when a variable is missing', async () => {
    const error = await failure({});
    expect(error.code).toBe('variable_missing');
    expect(error.message).toContain('REMOTE_BASE_URL');
    const lines = (await readFile(FIXTURE, 'utf8')).split('\n');
    expect(lines[(error.line ?? 0) - 1]).toContain('${REMOTE_BASE_URL}');
  });

  it('names the line of a value that it cannot use', async () => {
    await change('interval: hour', 'interval: minute');
    const error = await failure();
    expect(error.code).toBe('manifest_invalid');
    const lines = (await readFile(join(folder, 'manifest.yml'), 'utf8')).split('\n');
    expect(lines[(error.line ?? 0) - 1]).toContain('interval: minute');
  });

  it('refuses a module that leads nowhere', async () => {
    await change('endpoint: tick-endpoint', 'endpoint: nowhere');
    const error = await failure();
    expect(error.message).toContain("'tick'");
    expect(error.message).toContain("'nowhere'");
  });

  it('refuses connectModules without a remote to point at', async () => {
    await change('remote: vendor\n  storage', 'remote: unknown\n  storage');
    expect((await failure()).message).toContain('app.connect.remote');
  });

  it('refuses a manifest that is not YAML, and a folder without one', async () => {
    await writeFile(join(folder, 'manifest.yml'), 'app: [');
    expect((await failure()).code).toBe('manifest_unreadable');
    await rm(join(folder, 'manifest.yml'));
    expect((await failure()).code).toBe('manifest_unreadable');
  });

  it('asks for a build when a handler file is not there', async () => {
    await rm(join(folder, 'src/index.js'));
    const error = await failure();
    expect(error.code).toBe('bundle_missing');
    expect(error.message).toContain('npm run build');
  });
});
