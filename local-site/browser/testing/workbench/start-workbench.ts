import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { startLocalSite } from '../../../index.ts';
import type { LocalSite, LocalSiteOptions, Site } from '../../../index.ts';
import { buildWorkbench } from './build-workbench.ts';
import { startConnectServer } from './connect-server.ts';
import type { ConnectServer } from './connect-server.ts';

export const WORKBENCH_KEY = 'com.example.workbench';

/** A site with the sample app in every place. */
export interface Workbench {
  readonly local: LocalSite;
  readonly site: Site;
  readonly connect: ConnectServer;
  close(): Promise<void>;
}

/**
 * Builds the sample, starts a local site on free ports and installs the Connect app. `upgradeInPlace` of the local site then
 * makes a hybrid of it.
 */
export async function startWorkbench(options: LocalSiteOptions = {}): Promise<Workbench> {
  const built = await buildWorkbench();
  const connect = await startConnectServer();
  connect.descriptor = await descriptorOf(connect.baseUrl);
  const local = await startLocalSite({
    ports: { site: 0, platform: 0, customUi: 0 },
    sites: [{ slug: 'main', displayName: 'Workbench' }],
    appDir: built.appDir,
    variables: { CONNECT_KEY: WORKBENCH_KEY, REMOTE_BASE_URL: connect.baseUrl },
    ...options,
  });
  connect.hostScript = local.urls.hostScript;
  const site = local.sites.get('main');
  if (site === undefined) throw new Error('The local site has no site `main`.');
  local.jira.addProject(site, 'WB', 'Workbench');
  for (const [summary, type] of ISSUES) {
    local.jira.addIssue(site, { projectKey: 'WB', summary, type, description: DESCRIPTION });
  }
  await local.connect.install(site, `${connect.baseUrl}/atlassian-connect.json`);
  return {
    ...{ local, site, connect },
    close: async () => {
      await local.close();
      await Promise.all([connect.close(), built.remove()]);
    },
  };
}

const ISSUES = [
  ['Sharpen the chisels before the course', 'Story'],
  ['The vice does not close', 'Bug'],
  ['Order oak for the benches', 'Task'],
] as const;

const DESCRIPTION = `Everything that stands in this issue comes from a sample app.

It shows one page in every place of the site, once from a Connect server and once from Forge.`;

/** The descriptor says what the manifest's `connectModules` say; the moved page was Connect's before. */
async function descriptorOf(baseUrl: string): Promise<unknown> {
  const text = await readFile(fileURLToPath(new URL('manifest.yml', import.meta.url)), 'utf8');
  const { connectModules } = parse(text) as { connectModules: Record<string, object[]> };
  const modules = Object.fromEntries(
    Object.entries(connectModules)
      .filter(([name]) => name !== 'jira:lifecycle')
      .map(([name, list]) => [name.replace(/^jira:/, ''), list]),
  );
  const moved = { key: 'wb-moved', name: { value: 'Moved page' }, url: '/page?module=wb-moved' };
  return {
    key: WORKBENCH_KEY,
    name: 'Workbench',
    baseUrl,
    authentication: { type: 'jwt' },
    apiVersion: 1,
    lifecycle: { installed: '/installed' },
    scopes: ['READ', 'WRITE'],
    modules: { ...modules, generalPages: [...(modules['generalPages'] ?? []), moved] },
  };
}
