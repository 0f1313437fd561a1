import { upgradeStatusSchema } from '../../checklist/upgrade-status.ts';
import type { Site } from 'crossgrade-local-site';
import { tenantProgress } from 'crossgrade/postgres';
import { createList, issueToken } from '../../demo/seed.ts';
import { TallyClient } from '../../demo/tally-client.ts';
import { expect } from '../check.ts';
import type { Check } from '../check.ts';
import type { ProcessResult } from '../processes/run-process.ts';
import type { World } from '../world.ts';
import { deployMajor, deployWithoutScope } from './deploy.ts';

const COPY_LIMIT_MS = 90_000;
const ON_MAIN = ['-e', 'development', '--site', 'main.localhost', '--product', 'jira'];

async function main(world: World): Promise<Site> {
  const site = (await world.stack()).local.sites.get('main');
  if (site === undefined) throw new Error('The local site has no site main.');
  return site;
}

async function forge(world: World, args: readonly string[]): Promise<ProcessResult> {
  return (await world.cli()).run(await world.project(), args);
}

/** A Connect installation with one list of two items, as a customer has it. */
async function connectCustomer(world: World): Promise<void> {
  const { local, remoteUrl } = await world.stack();
  const site = await main(world);
  await local.connect.install(site, `${remoteUrl}/atlassian-connect.json`);
  const project = local.jira.addProject(site, 'TALLY', 'Tally');
  const issue = local.jira.addIssue(site, { projectKey: project.key, summary: 'Ship it' });
  const list = { name: 'Release', items: [{ text: 'Tested' }, { text: 'Announced' }] };
  await createList(new TallyClient(remoteUrl), issueToken(local.connect, site, issue), issue, list);
}

/** Waits until the layer has copied and compared everything. */
async function copied(world: World): Promise<void> {
  const { pool } = await world.stack();
  const { clientKey } = await main(world);
  const end = Date.now() + COPY_LIMIT_MS;
  for (;;) {
    const progress = await tenantProgress(pool, clientKey, 'checklists');
    const { stage, differences, dirty, condition } = progress;
    if (stage === 'verify' && differences === 0 && dirty === 0) return;
    const state = `${stage}, ${differences ?? 0} differences, ${dirty} to come, ${condition ?? ''}`;
    expect(Date.now() < end, `The copy has not ended: ${state}.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** `3.1.0` → `3` */
function majorOf(version = ''): string {
  return version.split('.')[0] ?? '';
}

/** What the admin page asks its function: only the bundle of the installed version can answer it. */
async function askFunction(world: World): Promise<unknown> {
  const { platform } = (await world.stack()).local;
  const site = await main(world);
  const admin = site.users.find((user) => user.admin);
  return platform.invokeResolver(
    {
      site,
      moduleKey: 'upgrade',
      moduleType: 'jira:adminPage',
      ...(admin === undefined ? {} : { accountId: admin.accountId }),
    },
    'upgradeStatus',
    {},
  );
}

export const installChecks: readonly Check[] = [
  {
    name: 'install',
    title: 'forge install takes over a Connect installation, and its data moves into Forge',
    needs: ['deploy-development'],
    async run(world) {
      const { local } = await world.stack();
      await connectCustomer(world);
      const site = await main(world);
      const { clientKey } = site;
      const { code, output } = await forge(world, ['install', '--non-interactive', ...ON_MAIN]);
      expect(code === 0 && output.includes('✔ Install'), 'forge install failed.', output);
      expect(site.generation === 'hybrid', `The site is ${site.generation}.`, output);
      expect(site.clientKey === clientKey, 'The customer has another client key.');
      await copied(world);
      const lists = [...local.store.inspect(site.installationId ?? '')].filter(
        ({ entityName }) => entityName === 'tally-list',
      );
      expect(lists.length === 1, `Forge holds ${lists.length} lists instead of one.`);
    },
  },
  {
    name: 'bundle-runs',
    title: "a function of the real bundler's artifact answers the admin page",
    needs: ['install'],
    async run(world) {
      const answer = await askFunction(world);
      const isStatus = upgradeStatusSchema.safeParse(answer).success;
      expect(isStatus, `It said ${JSON.stringify(answer)}.`);
    },
  },
  {
    name: 'install-twice',
    title: 'the CLI reports that a second install is one too many',
    needs: ['install'],
    async run(world) {
      const { code, output } = await forge(world, ['install', '--non-interactive', ...ON_MAIN]);
      expect(code !== 0 && /already installed/i.test(output), 'It did not say so.', output);
    },
  },
  {
    name: 'install-upgrade',
    title: 'a new major version waits until forge install --upgrade, which keeps the installation',
    needs: ['install'],
    async run(world) {
      const { platform } = (await world.stack()).local;
      const site = await main(world);
      const { installationId } = site;
      const running = platform.appOn(site)?.version;
      await deployMajor(world);
      expect(platform.appOn(site)?.version === running, 'The site got it without being asked.');
      expect(platform.pending(site) !== undefined, 'Nothing waits for the admin.');
      const args = ['install', '--upgrade', '--non-interactive', ...ON_MAIN];
      const { code, output } = await forge(world, args);
      expect(code === 0 && output.includes('✔ Upgrade'), 'forge install failed.', output);
      expect(platform.pending(site) === undefined, 'It still waits.', output);
      expect(platform.appOn(site)?.version !== running, 'The version is the old one.', output);
      expect(site.installationId === installationId, 'It is another installation.', output);
    },
  },
  {
    name: 'install-list',
    title: 'forge install list names the site, its environment and its version',
    needs: ['install-upgrade'],
    async run(world) {
      const { code, output } = await forge(world, ['install', 'list', '--json']);
      const line = ['main.localhost', '"development"', 'Up-to-date'];
      const isThere = line.every((text) => output.includes(text));
      expect(code === 0 && isThere, 'It is not in the list.', output);
    },
  },
  {
    name: 'bulk-upgrade',
    title:
      'forge version bulk-upgrade moves installations over a major version that asks for no more',
    needs: ['install-upgrade'],
    async run(world) {
      const { platform } = (await world.stack()).local;
      const site = await main(world);
      await deployWithoutScope(world);
      const from = majorOf(platform.appOn(site)?.version);
      const to = majorOf(platform.pending(site)?.version);
      const args = ['version', 'bulk-upgrade', 'start', '--non-interactive', '-e', 'development'];
      const versions = ['--from-version', from, '--to-version', to];
      const { code, output } = await forge(world, [...args, ...versions]);
      expect(code === 0, 'forge version bulk-upgrade failed.', output);
      const now = majorOf(platform.appOn(site)?.version);
      expect(now === to, `The site runs ${now} instead of ${to}.`, output);
    },
  },
  {
    name: 'uninstall',
    title: 'forge uninstall takes the app off the site',
    needs: ['install-list'],
    async run(world) {
      const { code, output } = await forge(world, ['uninstall', ...ON_MAIN]);
      expect(code === 0 && output.includes('✔ Uninstalled'), 'forge uninstall failed.', output);
      const { generation } = await main(world);
      expect(generation === 'none', `The site is ${generation}.`, output);
    },
  },
  {
    name: 'unmodelled',
    title: 'the CLI and the app asked for nothing that the local site does not model',
    needs: ['install'],
    async run(world) {
      const calls = (await world.stack()).local.unmodelled();
      const list = calls.map(({ room, what, count }) => `${room}: ${what} (${count})`);
      expect(calls.length === 0, `They did: ${list.join(', ')}.`);
    },
  },
];
