import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { readApp } from '../../app/index.ts';
import type { ForgeApp } from '../../app/index.ts';
import { permissionChanges } from './changes.ts';
import { connectUpgradeOf } from './connect-changes.ts';

const BASE = `
app:
  id: ari:cloud:ecosystem::app/11111111-2222-4333-8444-555555555555
  runtime: { name: nodejs24.x }
  connect: { key: com.example.app, remote: vendor }
connectModules:
  jira:lifecycle: [{ key: life, installed: /installed }]
modules:
  function: [{ key: main, handler: index.main }]
  webtrigger:
    - { key: fixed, function: main, response: { type: static, outputs: [] } }
remotes:
  - key: vendor
    baseUrl: { default: https://vendor.example, EU: https://eu.vendor.example }
    operations: [compute, storage]
    storage: { inScopeEUD: false }
  - key: other
    baseUrl: https://other.example
    operations: [compute, fetch]
providers:
  auth: [{ key: google, clientId: one }]
permissions:
  scopes: [storage:app, read:jira-work]
  content: { styles: [unsafe-inline] }
  external:
    images: ['*.example.com']
    fetch:
      backend:
        - https://direct.example
        - { address: https://stats.example, category: analytics, inScopeEUD: false }
`;

const BACKEND = 'permissions.external.fetch.backend';

/** Changes a manifest; paths are parted by dots. */
type Edit = (manifest: Document) => void;
const pathOf = (path: string): (string | number)[] =>
  path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
const set =
  (path: string, value: unknown): Edit =>
  (manifest) => {
    manifest.setIn(pathOf(path), value);
  };
const add =
  (path: string, value: unknown): Edit =>
  (manifest) => {
    manifest.addIn(pathOf(path), value);
  };
const drop =
  (path: string): Edit =>
  (manifest) => {
    manifest.deleteIn(pathOf(path));
  };
const all =
  (...edits: readonly Edit[]): Edit =>
  (manifest) => {
    for (const edit of edits) edit(manifest);
  };

/** Table 7.2 of the connect-on-forge facts, row by row, on manifests that are really read. */
describe('from one Forge version to the next', () => {
  let folder = '';
  let before: ForgeApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-changes-'));
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'src/index.js'), '');
    before = await read(all());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const read = async (edit: Edit): Promise<ForgeApp> => {
    const manifest = parseDocument(BASE);
    edit(manifest);
    await writeFile(join(folder, 'manifest.yml'), String(manifest));
    return readApp(folder, {}, { version: '1.0.0', environmentId: 'env' });
  };

  it.each<[string, string, boolean, Edit]>([
    [
      'a scope more',
      'scope added: read:jira-user',
      true,
      add('permissions.scopes', 'read:jira-user'),
    ],
    ['a scope less', 'scope removed: read:jira-work', false, drop('permissions.scopes.1')],
    [
      'a scope that may impersonate',
      'scope may impersonate: read:jira-work',
      true,
      set('permissions.scopes', {
        'storage:app': {},
        'read:jira-work': { allowImpersonation: true },
      }),
    ],
    [
      'a content option',
      'content permission added: scripts unsafe-eval',
      true,
      set('permissions.content.scripts', ['unsafe-eval']),
    ],
    [
      'an address for images',
      'egress added: images cdn.example',
      true,
      add('permissions.external.images', 'cdn.example'),
    ],
    [
      'an address for functions',
      'egress added: fetch.backend https://new.example',
      true,
      add(BACKEND, 'https://new.example'),
    ],
    [
      'a category',
      'egress category changed: fetch.backend https://direct.example analytics',
      true,
      set(`${BACKEND}.0`, {
        address: 'https://direct.example',
        category: 'analytics',
        inScopeEUD: false,
      }),
    ],
    [
      'the first end-user data in scope',
      'egress of end-user data in scope',
      true,
      set(`${BACKEND}.1.inScopeEUD`, true),
    ],
    [
      'egress that customers manage',
      'egress managed by the customer',
      true,
      set('permissions.external.configurable', { enabled: true }),
    ],
    [
      'a remote',
      'remote added: third',
      true,
      add('remotes', { key: 'third', baseUrl: 'https://third.example', operations: ['compute'] }),
    ],
    [
      'another baseUrl',
      'remote baseUrl changed: other',
      true,
      set('remotes.1.baseUrl', 'https://moved.example'),
    ],
    [
      'another region URL',
      'remote region changed: vendor EU',
      true,
      set('remotes.0.baseUrl.EU', 'https://de.vendor.example'),
    ],
    [
      'a region more',
      'remote region changed: vendor US',
      true,
      set('remotes.0.baseUrl.US', 'https://us.vendor.example'),
    ],
    [
      'a region less',
      'remote region changed: vendor EU',
      true,
      set('remotes.0.baseUrl', 'https://vendor.example'),
    ],
    [
      'a purpose more',
      'remote purpose added: other storage',
      true,
      all(add('remotes.1.operations', 'storage'), set('remotes.1.storage', { inScopeEUD: false })),
    ],
    [
      'end-user data in scope at a remote',
      'remote stores end-user data: vendor',
      true,
      set('remotes.0.storage.inScopeEUD', true),
    ],
    [
      'a remote that customers manage',
      'remote managed by the customer: other',
      true,
      set('remotes.1.configurable', { name: 'x', description: 'y' }),
    ],
    [
      'the Connect remote gone',
      'the Connect remote is gone',
      false,
      all(drop('connectModules'), drop('app.connect.remote')),
    ],
    [
      'a dynamic web trigger',
      'dynamic web trigger added: open',
      true,
      add('modules.webtrigger', { key: 'open', function: 'main' }),
    ],
    [
      'a static web trigger made dynamic',
      'dynamic web trigger added: fixed',
      true,
      set('modules.webtrigger.0.response.type', 'dynamic'),
    ],
    ['SQL', 'module added: sql', true, set('modules.sql', [{ key: 'db', engine: 'mysql' }])],
    [
      'licensing switched on',
      'licensing switched on',
      false,
      set('app.licensing', { enabled: true }),
    ],
    [
      'a provider more',
      'provider added: github',
      true,
      add('providers.auth', { key: 'github', clientId: 'x' }),
    ],
    ['a provider less', 'provider removed: google', false, set('providers.auth', [])],
    [
      'another client of a provider',
      'provider client changed: google',
      true,
      set('providers.auth.0.clientId', 'two'),
    ],
  ])('%s is a major version', async (_name, reason, elevates, edit) => {
    expect(permissionChanges(before, await read(edit))).toEqual([{ reason, elevates }]);
  });

  it.each<[string, Edit]>([
    [
      'a module',
      set('modules.trigger', [{ key: 't', function: 'main', events: ['avi:jira:created:issue'] }]),
    ],
    [
      'a static web trigger',
      add('modules.webtrigger', {
        key: 'second',
        function: 'main',
        response: { type: 'static' },
      }),
    ],
    [
      'an entity',
      set('app.storage', {
        entities: [{ name: 'note', attributes: { text: { type: 'string' } } }],
      }),
    ],
    ['a content option less', drop('permissions.content')],
    ['an address less', drop(`${BACKEND}.1`)],
    [
      'an address that moved from egress to a remote',
      all(
        set(`${BACKEND}.0`, { remote: 'direct' }),
        add('remotes', {
          key: 'direct',
          baseUrl: 'https://direct.example',
          operations: ['fetch'],
        }),
      ),
    ],
    ['a remote less', drop('remotes.1')],
    [
      'a text that became an object without a new address',
      set('remotes.1.baseUrl', { default: 'https://other.example' }),
    ],
    ['a purpose less', drop('remotes.1.operations.1')],
    [
      'a remote that only customers configure',
      add('remotes', {
        key: 'theirs',
        operations: ['compute'],
        configurable: { name: 'x', description: 'y' },
      }),
    ],
    [
      'a Connect module',
      set('connectModules.jira:webhooks', [{ key: 'w', event: 'jira:issue_deleted', url: '/w' }]),
    ],
  ])('%s is a minor one', async (_name, edit) => {
    expect(permissionChanges(before, await read(edit))).toEqual([]);
  });

  it('another address in scope beside the first is no major version, nor is data that leaves scope', async () => {
    const inScope = await read(set(`${BACKEND}.1.inScopeEUD`, true));
    const second = await read(
      all(
        set(`${BACKEND}.1.inScopeEUD`, true),
        set(`${BACKEND}.0`, { address: 'https://direct.example', category: 'analytics' }),
      ),
    );
    expect(permissionChanges(inScope, second).map(({ reason }) => reason)).toEqual([
      'egress category changed: fetch.backend https://direct.example analytics',
    ]);
    expect(permissionChanges(inScope, before)).toEqual([]);
  });

  describe('and from Connect to Forge', () => {
    const upgrade = async (
      connect: readonly string[],
      scopes: readonly string[],
      edit: Edit = all(),
      platformScopes = false,
    ): Promise<unknown> => {
      const app = await read(all(set('permissions.scopes', scopes), edit));
      return connectUpgradeOf({ scopes: connect, licensed: false }, app, platformScopes);
    };

    it('modules, remotes, egress and the scopes of the descriptor need nobody', async () => {
      expect(
        await upgrade(
          ['READ', 'WRITE', 'ACT_AS_USER'],
          ['read:connect-jira', 'write:connect-jira', 'act-as-user:connect-jira', 'storage:app'],
        ),
      ).toEqual({ admin: [], developer: [] });
    });

    it('inherited scopes need the vendor, others the admin', async () => {
      expect(await upgrade(['write'], ['read:jira-work', 'manage:jira-webhook'])).toEqual({
        admin: [],
        developer: [
          'inherited scope added: read:jira-work',
          'inherited scope added: manage:jira-webhook',
        ],
      });
      // The trap: only DELETE covers write:jira-work.
      expect(await upgrade(['READ', 'WRITE'], ['write:jira-work'])).toEqual({
        admin: ['scope elevated: write:jira-work'],
        developer: [],
      });
      expect(await upgrade(['DELETE'], ['write:jira-work'])).toMatchObject({ admin: [] });
      expect(await upgrade(['READ'], ['admin:connect-jira'])).toMatchObject({
        admin: ['scope elevated: admin:connect-jira'],
      });
    });

    it('a switch makes storage wait, as it did for some weeks', async () => {
      expect(await upgrade(['READ'], ['storage:app'], undefined, true)).toMatchObject({
        admin: ['scope elevated: storage:app'],
      });
    });

    it('another licence state needs the admin, a missing Connect remote the vendor', async () => {
      const edit = all(
        set('app.licensing', { enabled: true }),
        drop('connectModules'),
        drop('app.connect.remote'),
      );
      expect(await upgrade(['READ'], ['storage:app'], edit)).toEqual({
        admin: ['the licence state differs'],
        developer: ['the Connect remote is gone'],
      });
    });
  });
});
