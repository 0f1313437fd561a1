import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalSite } from 'crossgrade-local-site';
import { z } from 'zod';
import { buildTinyApp } from '../test/conformance/tiny-app/build-tiny-app.ts';
import { startVendor } from '../test/conformance/tiny-app/start-vendor.ts';
import { batchBody, VALUE } from './local-site-load.ts';
import { median } from './local-site-rows.ts';
import { serveMeasures, type Measures } from './local-site-serve.ts';

/**
 * The local site under measurement, in a process of its own, on a file and on the machine's clock. Quotas count as always; the
 * load is spread over `SITES` sites so that no budget is reached. Only the egress limit of a function is lifted.
 */
const SITES = 24;

const folder = await mkdtemp(join(tmpdir(), 'bench-local-site-'));
await buildTinyApp(join(folder, 'app'));
const vendor = await startVendor();
const local = await startLocalSite({
  appDir: join(folder, 'app'),
  variables: { REMOTE_BASE_URL: vendor.url },
  dataDir: join(folder, 'data'),
  ports: { site: 0, platform: 0, customUi: 0 },
  sites: Array.from({ length: SITES }, (_, n) => ({ slug: `site-${n}`, displayName: `${n}` })),
  switches: {
    platform: {
      egressPerMinute: 1_000_000,
      userCallsPerMinute: 1_000_000,
      installationCallsPerMinute: 1_000_000,
      installationCallsPerSecond: 1_000_000,
    },
    storage: { latencyMs: { min: 0, max: 0 } },
  },
});
const tokens: string[] = [];
for (const site of local.sites.values()) {
  await local.upgradeInPlace(site);
  // A call of a function brings the vendor the token for the site's storage.
  const call = { target: { type: 'frc', remote: 'vendor' }, path: '/', method: 'GET' };
  await resolve(site.slug, 'raw', call);
  tokens.push(vendor.systemToken());
}

/** Runs one function of the tiny app as the first user of a site. */
async function resolve(slug: string, key: string, payload: unknown): Promise<unknown> {
  const site = local.sites.get(slug);
  const accountId = site?.users[0]?.accountId;
  if (site === undefined || accountId === undefined) throw new Error(`There is no site ${slug}.`);
  const origin = { site, moduleKey: 'tiny-forge-page', moduleType: 'jira:globalPage', accountId };
  return local.platform.invokeResolver(origin, key, payload);
}

const storeOf = (slug: string): string => local.sites.get(slug)?.installationId ?? '';

const measures: Measures = {
  /** Milliseconds of `kvs.get`, median, as the function sees it. The sites take turns, each below its limits. */
  async get() {
    const took: number[] = [];
    for (const { slug } of local.sites.values()) {
      await resolve(slug, 'keep', { key: 'bench', value: VALUE });
      const some = await resolve(slug, 'timeGets', { key: 'bench', times: 50 });
      took.push(...z.array(z.number()).parse(some));
    }
    return median(took);
  },
  /** The same get on the same store without function and HTTP. */
  async getInProcess() {
    const took: number[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      // Turn by turn: a thousand requests of one installation within a second would reach its limit.
      const installation = storeOf(`site-${n % SITES}`);
      const begun = performance.now();
      const { status } = await local.store.handle(installation, '/get', '{"key":"bench"}');
      took.push(performance.now() - begun);
      if (status === 429) throw new Error('The measurement reached a limit.');
    }
    return median(took);
  },
  /** Milliseconds of a warm invocation, median. */
  async invoke() {
    const took: number[] = [];
    for (let n = 0; n < 550; n += 1) {
      const begun = performance.now();
      await resolve('site-2', 'nothing', {});
      if (n >= 50) took.push(performance.now() - begun);
    }
    return median(took);
  },
  /** Records a second, in batches of 25, on the same store without HTTP. */
  async writeInProcess() {
    const batches = 400;
    const begun = performance.now();
    for (let n = 0; n < batches; n += 1) {
      const slug = `site-${n % SITES}`;
      const answer = await local.store.handle(storeOf(slug), '/batch/set', batchBody(`own-${n}`));
      if (answer.status !== 200) throw new Error(`A batch was answered ${answer.status}.`);
    }
    return (batches * 25) / ((performance.now() - begun) / 1_000);
  },
  cpu() {
    const { user, system } = process.cpuUsage();
    return Promise.resolve((user + system) / 1_000);
  },
  async stop() {
    await local.close();
    await vendor.close();
    await rm(folder, { recursive: true, force: true });
    return undefined;
  },
};

serveMeasures({ storage: local.urls.storage, tokens }, measures);
