import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { VALUE } from './local-site-load.ts';
import { median } from './local-site-rows.ts';
import { serveMeasures, type Measures } from './local-site-serve.ts';

/**
 * forge-sim doing the same three things, in a process of its own. It holds everything in memory, runs functions in its own
 * process and replaces the SDK, so that nothing crosses a process or a socket: what it is faster by is what these cost.
 */
const MANIFEST = `
app:
  id: ari:cloud:ecosystem::app/22222222-3333-4444-8555-666666666666
  runtime:
    name: nodejs22.x
modules:
  jira:globalPage:
    - key: page
      resource: main
      title: Tiny
      resolver:
        function: resolver
  function:
    - key: resolver
      handler: index.resolver
resources:
  - key: main
    path: static
permissions:
  scopes:
    - storage:app
`;
const SOURCE = `
import Resolver from '@forge/resolver';
import { kvs } from '@forge/kvs';
const made = new Resolver();
made.define('nothing', () => 'ok');
made.define('timeGets', async ({ payload }) => {
  const took = [];
  for (let n = 0; n < payload.times; n += 1) {
    const begun = performance.now();
    await kvs.get(payload.key);
    took.push(performance.now() - begun);
  }
  return took;
});
export const resolver = made.getDefinitions();
`;

interface Simulator {
  deploy(appDir: string): Promise<unknown>;
  invoke(key: string, payload: unknown): Promise<unknown>;
  readonly kvs: {
    set(key: string, value: unknown): Promise<unknown>;
    batchSet(items: readonly { key: string; value: unknown }[]): Promise<unknown>;
  };
  stop(): Promise<void>;
}

const entry = pathToFileURL(process.env['FORGE_SIM_ENTRY'] ?? '').href;
const { createSimulator } = (await import(entry)) as { createSimulator: () => Simulator };
const folder = await mkdtemp(join(tmpdir(), 'bench-peer-'));
await mkdir(join(folder, 'src'));
await mkdir(join(folder, 'static'));
await writeFile(join(folder, 'manifest.yml'), MANIFEST);
await writeFile(join(folder, 'package.json'), '{"name":"tiny","type":"module"}');
await writeFile(join(folder, 'src/index.js'), SOURCE);
await writeFile(join(folder, 'static/index.html'), '<p>Tiny</p>');
const simulator = createSimulator();
await simulator.deploy(folder);

const measures: Measures = {
  async get() {
    await simulator.kvs.set('bench', VALUE);
    await simulator.invoke('timeGets', { key: 'bench', times: 200 });
    const took = await simulator.invoke('timeGets', { key: 'bench', times: 1_000 });
    return median(z.array(z.number()).parse(took));
  },
  async invoke() {
    const took: number[] = [];
    for (let n = 0; n < 550; n += 1) {
      const begun = performance.now();
      await simulator.invoke('nothing', {});
      if (n >= 50) took.push(performance.now() - begun);
    }
    return median(took);
  },
  async write() {
    const batches = 400;
    const begun = performance.now();
    for (let n = 0; n < batches; n += 1) {
      const items = Array.from({ length: 25 }, (_, i) => ({ key: `${n}:${i}`, value: VALUE }));
      await simulator.kvs.batchSet(items);
    }
    return (batches * 25) / ((performance.now() - begun) / 1_000);
  },
  async stop() {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
    return undefined;
  },
};

serveMeasures('ready', measures);
