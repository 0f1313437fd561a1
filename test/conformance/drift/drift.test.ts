import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BRIDGE_OPERATIONS } from '../../../local-site/browser/bridge-operations.ts';
import { compare } from './compare.ts';
import { forgePackages, shippedFiles, type ForgePackage } from './forge-packages.ts';
import { KNOWN_GRAPHQL, KNOWN_PATHS, KNOWN_TARGETS } from './known-calls.ts';
import { listen, silence, type Speech } from './speech.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** `@forge/react` cannot be installed here (its dependencies are missing from the registry), so nobody can hear it. */
const BRIDGE = BRIDGE_OPERATIONS.filter(({ source }) => source !== '@forge/react').map(
  ({ name }) => name,
);

function hear(packages: readonly ForgePackage[]): Speech {
  const speech = silence();
  for (const each of packages) {
    for (const [file, source] of shippedFiles(each)) listen(speech, file, source);
  }
  return speech;
}

describe('the drift probe', () => {
  const installed = forgePackages(ROOT);
  const speech = hear(installed);
  const versions = installed.map(({ name, version }) => `${name} ${version}`).sort();

  beforeAll(() => {
    process.stderr.write(`drift probe read ${versions.join(', ')}\n`);
  });

  it('reads the packages whose language matters', () => {
    const names = installed.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        '@forge/api',
        '@forge/kvs',
        '@forge/events',
        '@forge/bridge',
        '@forge/jira-bridge',
      ]),
    );
  });

  it('knows every operation of the bridge, and lists none that is gone', () => {
    expect(compare(speech.bridge, BRIDGE)).toEqual({ unknown: [], silent: [] });
  });

  it('knows every target of __forge_fetch__, and lists none that is gone', () => {
    expect(compare(speech.targets, Object.keys(KNOWN_TARGETS))).toEqual({
      unknown: [],
      silent: [],
    });
  });

  it('knows every path, and lists none that is gone', () => {
    expect(compare(speech.paths, Object.keys(KNOWN_PATHS))).toEqual({ unknown: [], silent: [] });
  });

  it('knows every GraphQL operation, and lists none that is gone', () => {
    expect(compare(speech.graphql, Object.keys(KNOWN_GRAPHQL))).toEqual({
      unknown: [],
      silent: [],
    });
  });
});

describe('the drift probe on a package that has changed', () => {
  let root: string;
  const inside = (name: string, file: string): string =>
    join(root, 'node_modules/@forge', name, file);
  const change = (name: string, file: string, from: string | RegExp, to: string): void => {
    const source = readFileSync(inside(name, file), 'utf8');
    const changed = source.replace(from, to);
    expect(changed).not.toBe(source);
    writeFileSync(inside(name, file), changed);
  };

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'drift-'));
    for (const name of ['bridge', 'kvs', 'api', 'events']) {
      const place = join(ROOT, 'node_modules/@forge', name);
      const filter = (path: string): boolean => !path.slice(place.length).includes('node_modules');
      cpSync(place, inside(name, ''), { recursive: true, filter });
    }
    change('bridge', 'out/view/refresh.js', "'refresh'", "'refreshEverything'");
    change('bridge', 'out/router/router.js', "callBridge('reload')", 'callBridge(nameOf(x))');
    change('kvs', 'out/storage-api.js', '/api/v1/batch/set', '/api/v2/batch/put');
    change('api', 'out/sendEmail.js', "type: 'emails'", "type: 'letters', provider: 'post'");
    change(
      'api',
      'out/webTrigger.js',
      /forge_app_deleteWebTriggerUrl/,
      'forge_app_dropWebTriggerUrl',
    );
    change('events', 'out/queries.js', '/webhook/queue/publish/', '/webhook/queue/send/');
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('names what is new with its place, and what is gone', () => {
    const speech = hear(forgePackages(root));
    const bridge = compare(speech.bridge, BRIDGE);
    expect(bridge.unknown).toEqual([
      expect.stringMatching(
        /^\(computed in out\/router\/router\.js\) \(out\/router\/router\.js:\d+\)$/,
      ),
      expect.stringMatching(/^refreshEverything \(out\/view\/refresh\.js:\d+\)$/),
    ]);
    expect(bridge.silent).toEqual(expect.arrayContaining(['refresh', 'reload']));

    const targets = compare(speech.targets, Object.keys(KNOWN_TARGETS));
    expect(targets.unknown).toEqual([
      expect.stringMatching(/^letters provider=post \(out\/sendEmail\.js:\d+\)$/),
    ]);
    expect(targets.silent).toEqual(['emails']);

    const paths = compare(speech.paths, Object.keys(KNOWN_PATHS));
    expect(paths.unknown).toEqual([
      expect.stringMatching(/^\/webhook\/queue\/send\/\{contextAri\}/),
      expect.stringMatching(/^\/api\/v2\/batch\/put \(out\/storage-api\.js:\d+\)$/),
    ]);
    expect(paths.silent).toContain('/api/v1/batch/set');

    const graphql = compare(speech.graphql, Object.keys(KNOWN_GRAPHQL));
    expect(graphql.unknown).toEqual([
      expect.stringMatching(/^forge_app_dropWebTriggerUrl \(out\/webTrigger\.js:\d+\)$/),
    ]);
  });
});
