import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildFunctions } from './functions.ts';
import { pageSources } from './page-sources.ts';
import { buildPages } from './pages.ts';
import { readExpected } from './read-expected.ts';

const PAGE =
  '<html><head><link rel="stylesheet" href="main.css"></head><script src="main.js"></script></html>';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

describe('buildFunctions', () => {
  it('makes one CommonJS file that Node can require, with the handlers of the manifest', async () => {
    write({
      'forge-src/index.ts': `export { sweep } from './sweep.ts';`,
      'forge-src/sweep.ts': `export const sweep = (n: number): string => 'swept ' + String(n);`,
    });
    await buildFunctions(root, ['index.sweep']);
    const ran = spawnSync(process.execPath, ['-p', `require('./src').sweep(3)`], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(ran).toMatchObject({ stdout: 'swept 3\n', status: 0 });
  });

  it('leaves the packages of Atlassian outside', async () => {
    write({ 'forge-src/index.ts': `export { asApp } from '@forge/api';` });
    await buildFunctions(root, []);
    expect(readFileSync(join(root, 'src/index.js'), 'utf8')).toContain('require("@forge/api")');
  });

  it('refuses a manifest whose handler is not exported, and writes nothing', async () => {
    write({ 'forge-src/index.ts': `export const sweep = 1;` });
    await expect(buildFunctions(root, ['index.sweep', 'index.lost'])).rejects.toMatchObject({
      code: 'HANDLER_NOT_EXPORTED',
      message: 'manifest.yml names index.lost; forge-src/index.ts exports sweep.',
    });
    expect(() => readFileSync(join(root, 'src/index.js'))).toThrow();
  });

  it('names file and line of what does not compile', async () => {
    write({ 'forge-src/index.ts': `\n\nexport { lost } from './nowhere.ts';` });
    await expect(buildFunctions(root, [])).rejects.toMatchObject({
      code: 'DOES_NOT_COMPILE',
      message: expect.stringMatching(/nowhere\.ts[^]*forge-src\/index\.ts:3:21/),
    });
  });
});

describe('buildPages', () => {
  const files = {
    'connect-modules/panel/page.tsx': `import '../../ui/a.css'; document.title = process.env.NODE_ENV ?? '';`,
    'connect-modules/no-page/module.json': '{}',
    'ui/a.css': 'p { color: red; }',
    'ui/entries/forge-upgrade.tsx': `import '../a.css'; document.title = 'Upgrade';`,
    'ui/templates/connect.html': PAGE.replace(
      '<head>',
      '<head><script src="{{hostScriptUrl}}"></script>',
    ),
    'ui/templates/forge.html': PAGE,
  };
  const build = () => buildPages(root, pageSources(root, ['dist/ui/forge/upgrade']));

  it('builds each page of both faces into a folder of its own, for production', async () => {
    write(files);
    expect((await build()).map(({ folder }) => folder)).toEqual([
      'dist/ui/connect/panel',
      'dist/ui/forge/upgrade',
    ]);
    expect(readFileSync(join(root, 'dist/ui/connect/panel/main.js'), 'utf8')).toContain(
      '"production"',
    );
    expect(readFileSync(join(root, 'dist/ui/connect/panel/main.css'), 'utf8')).toContain(
      'color:red',
    );
    expect(readFileSync(join(root, 'dist/ui/forge/upgrade/index.html'), 'utf8')).toBe(PAGE);
  });

  it.each([
    ['an address from the root', PAGE.replace('main.js', '/main.js'), /only use relative/],
    ['another origin', PAGE.replace('main.js', 'https://example.com/a.js'), /only use relative/],
    ['an inline script', `${PAGE}<script>go()</script>`, /inline script/],
    ['an inline handler', `${PAGE}<p onclick="go()">`, /inline script/],
    [
      'a file that is not there',
      PAGE.replace('main.css', 'other.css'),
      /other\.css, which is not in/,
    ],
  ])('refuses a page of Forge with %s', async (_, html, message) => {
    write({ ...files, 'ui/templates/forge.html': html });
    await expect(build()).rejects.toMatchObject({
      code: 'PAGE_BROKEN',
      message: expect.stringMatching(message),
    });
  });

  it('says which source is missing', () => {
    write({ ...files, 'ui/templates/forge.html': PAGE });
    expect(() => pageSources(root, ['dist/ui/forge/panel'])).toThrow(
      'ui/entries/forge-panel.tsx is missing.',
    );
    expect(() => pageSources(root, ['static/main'])).toThrow(/No source is known/);
  });
});

describe('readExpected', () => {
  it("reads this project's handlers and pages", () => {
    expect(readExpected('.')).toEqual({
      handlers: ['index.checklists', 'index.upgrade', 'index.sweep', 'index.migration'],
      resources: ['dist/ui/forge/checklists', 'dist/ui/forge/upgrade'],
    });
  });
});
