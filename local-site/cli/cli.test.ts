import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildFixture } from '../functions/fixture/build-fixture.ts';
import type { BuiltFixture } from '../functions/fixture/build-fixture.ts';
import type { LocalSite } from '../local-site.ts';
import type { SiteName } from '../site-name.ts';
import { readArguments } from './read-arguments.ts';
import type { CliArguments } from './read-arguments.ts';
import { readSwitches } from './read-switches.ts';
import { environmentOf, readyObject, readyText, unmodelledText } from './report.ts';
import { run } from './run.ts';

describe('the arguments of crossgrade-local-site', () => {
  const read = (...argv: string[]): CliArguments => {
    const args = readArguments(argv);
    if (typeof args === 'string') throw new Error(args);
    return args;
  };

  it('have a default for everything', () => {
    expect(read()).toEqual({
      app: undefined,
      sites: [{ slug: 'main', displayName: 'main' }],
      addresses: {},
      variables: {},
      data: undefined,
      port: 4400,
      ports: undefined,
      seed: '1',
      switches: undefined,
      faults: undefined,
      descriptor: undefined,
      install: false,
      json: false,
    });
  });

  it('take sites and variables several times, and values with an equals sign', () => {
    const args = read('--site', 'one', '--site', 'two', '--var', 'A=1', '--var', 'B=x=y');
    expect(args.sites.map(({ slug }) => slug)).toEqual(['one', 'two']);
    expect(args.variables).toEqual({ A: '1', B: 'x=y' });
  });

  it('take names of sites, exact ports and addresses that stand for others', () => {
    const args = read(
      ...['--site', 'one=Number = One', '--ports', '1,2,3'],
      ...['--address', 'https://app.example.com=http://localhost:3000'],
    );
    expect(args.sites).toEqual([{ slug: 'one', displayName: 'Number = One' }]);
    expect(args.ports).toEqual([1, 2, 3]);
    expect(args.addresses).toEqual({ 'https://app.example.com': 'http://localhost:3000' });
  });

  it.each([
    [['--nothing'], /--nothing/],
    [['--ports', '1,2'], /three ports/],
    [['--ports', '1,2,x'], /three ports/],
    [['--address', 'here=there'], /--address/],
    [['--port', 'abc'], /--port abc/],
    [['--port', '65534'], /65533/],
    [['--var', 'novalue'], /NAME=value/],
    [['--site', 'Not A Slug'], /lower-case/],
    [['--descriptor', 'here'], /no address/],
    [['--install'], /--app/],
    [['stray'], /stray/],
  ])('refuse %j with a sentence', (argv, sentence) => {
    const refused = (): unknown => readArguments(argv);
    expect(refused).toThrow(sentence);
    expect(refused).toThrow(expect.objectContaining({ code: 'arguments_invalid' }));
  });

  it('answer help and version before anything else', () => {
    expect(readArguments(['--help', '--port', 'abc'])).toBe('help');
    expect(readArguments(['--version'])).toBe('version');
  });
});

describe('a file of switches', () => {
  it('passes on what exists', () => {
    const switches = { platform: { fitContexts: false }, storage: { maxDepth: 32 } };
    expect(readSwitches(switches)).toEqual(switches);
  });

  it.each([
    [{ storage: { maxDepht: 32 } }, /no switch storage\.maxDepht.*maxDepth/],
    [{ platform: { fitContexts: 'no' } }, /platform\.fitContexts must be true or false/],
    [{ storage: { queryLagMs: 5 } }, /storage\.queryLagMs must be a group/],
    [{ nonsense: {} }, /nonsense/],
    [[], /object|record/i],
  ])('refuses %j and says why', (content, sentence) => {
    expect(() => readSwitches(content)).toThrow(sentence);
    expect(() => readSwitches(content)).toThrow(
      expect.objectContaining({ code: 'switches_invalid' }),
    );
  });
});

describe('crossgrade-local-site', () => {
  let fixture: BuiltFixture;
  let folder: string;
  let local: LocalSite | undefined;
  const base = readArguments(['--port', '0', '--var', 'REMOTE_BASE_URL=http://localhost:4499']);
  const named = (slug: string): SiteName => ({ slug, displayName: slug });
  const start = async (changed: Partial<CliArguments>): Promise<LocalSite> => {
    if (typeof base === 'string') throw new Error(base);
    local = await run({ ...base, ...changed }, () => undefined);
    return local;
  };

  beforeAll(async () => {
    fixture = await buildFixture();
    folder = await mkdtemp(join(tmpdir(), 'local-site-cli-'));
  });
  afterAll(async () => {
    await fixture.remove();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await local?.close();
    local = undefined;
  });

  it('deploys the app, makes the sites and says where everything is', async () => {
    const running = await start({ app: fixture.appDir, sites: [named('one'), named('two')] });
    expect(readyObject(running)).toMatchObject({
      ready: true,
      urls: running.urls,
      app: { id: 'ari:cloud:ecosystem::app/11111111-2222-4333-8444-555555555555' },
      sites: [
        { slug: 'one', url: running.urls.site, generation: 'none' },
        { slug: 'two', url: `${running.urls.site}/sites/two` },
      ],
    });
    const text = readyText(running);
    for (const value of Object.values(environmentOf(running))) expect(text).toContain(value);
  });

  it('names the missing manifest and leaves nothing running', async () => {
    await expect(start({ app: folder })).rejects.toMatchObject({ code: 'app_missing' });
  });

  it('names a file that can not be read', async () => {
    const file = join(folder, 'none.yml');
    await expect(start({ switches: file })).rejects.toMatchObject({ code: 'file_unreadable' });
  });

  it('reads switches and faults from files', async () => {
    const switches = join(folder, 'switches.yml');
    await writeFile(switches, 'storage:\n  keyNotFoundStatus: 400\n');
    const faults = join(folder, 'faults.json');
    await writeFile(faults, '{"rates":{"jira.site":{"nonsense":1}}}');
    await expect(start({ switches, faults })).rejects.toMatchObject({ code: 'invalid_fault_plan' });
    await writeFile(faults, '{"seed":7}');
    await start({ switches, faults });
  });

  it('fails with the reason when the Connect app can not be installed', async () => {
    const descriptor = 'http://localhost:9/atlassian-connect.json';
    await expect(start({ descriptor })).rejects.toThrow();
  });

  it('lists at the end what is not modelled', async () => {
    const running = await start({});
    await fetch(`${running.urls.platform}/nothing/here`);
    expect(unmodelledText(running.unmodelled())).toMatch(/501:\n {2}.*GET \/nothing\/here \(1\)/);
    expect(unmodelledText([])).toBe('');
  });
});
