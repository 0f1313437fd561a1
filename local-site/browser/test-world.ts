import { createConnectHost } from '../connect/index.ts';
import type { ConnectHostRoom } from '../connect/index.ts';
import { startTestApp } from '../connect/test-app.ts';
import type { TestApp } from '../connect/test-app.ts';
import { createJira, DEMO_USERS } from '../jira/index.ts';
import type { JiraRoom } from '../jira/index.ts';
import { createRegister } from '../register.ts';
import { systemClock } from '../support/index.ts';
import type { Clock, DeployedApp, Site, UnmodelledRegister } from '../types.ts';
import { startBrowserServers } from './index.ts';
import type { BrowserServers, PagePlatform } from './index.ts';

export const TEST_APP_KEY = 'com.example.app';

/** A site with an app of the test's own, on free ports: what the tests of the pages share. */
export interface TestWorld {
  readonly app: TestApp;
  readonly jira: JiraRoom;
  readonly connect: ConnectHostRoom;
  readonly register: UnmodelledRegister;
  readonly servers: BrowserServers;
  readonly sites: Map<string, Site>;
  /** The site at the root. */
  readonly site: Site;
  /** Sites that the upgrade button was pressed for. */
  readonly upgraded: Site[];
  addSite(slug: string, displayName: string): Site;
  close(): Promise<void>;
}

export type TestPlatform = {
  -readonly [Name in keyof PagePlatform]: PagePlatform[Name];
};

/** A platform without an app; the test fills in what it needs. */
export function emptyPlatform(): TestPlatform {
  const refuse = (): Promise<never> => Promise.reject(new Error('The test has no platform.'));
  const platform: TestPlatform = {
    app: undefined,
    // Every site of a test runs the version that was deployed last.
    appOn: () => platform.app,
    invokeResolver: refuse,
    callRemote: refuse,
  };
  return platform;
}

/** The smallest deployed app with Custom UI modules. */
export function deployedApp(
  app: TestApp,
  parts: Pick<DeployedApp, 'uiModules' | 'resources' | 'contentPermissions'>,
): DeployedApp {
  return {
    appId: 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000001',
    version: '3.1.0',
    environmentId: '00000000-0000-4000-8000-000000000002',
    connectKey: TEST_APP_KEY,
    connectBaseUrl: app.baseUrl,
    connectModules: connectModules().flatMap(([type, bodies]) =>
      bodies.map((body) => ({ type, key: body.key, body })),
    ),
    entities: [],
    forgeModules: parts.uiModules.map(({ type, key }) => ({ type, key, body: {} })),
    ...parts,
  };
}

function connectModules(): readonly (readonly [string, readonly { readonly key: string }[]])[] {
  const page = (key: string, value: string): { key: string } & Record<string, unknown> => ({
    key,
    name: { value },
    url: `/${key}?issue={issue.key}`,
  });
  const { url, ...panel } = page('panel', 'Checklists');
  return [
    ['jiraIssueContents', [{ ...panel, target: { type: 'web_panel', url } } as { key: string }]],
    ['jiraProjectPages', [page('templates', 'Checklist templates')]],
    ['adminPages', [page('settings', 'Checklist settings')]],
    ['dialogs', [page('dialog', 'Dialog')]],
  ];
}

/** The Connect descriptor of the test's app. */
export function testDescriptor(baseUrl: string): string {
  return JSON.stringify({
    key: TEST_APP_KEY,
    baseUrl,
    authentication: { type: 'jwt' },
    lifecycle: { installed: '/installed' },
    modules: Object.fromEntries(connectModules()),
  });
}

/** Starts everything and installs the app by Connect. */
export async function startTestWorld(
  platform: PagePlatform = emptyPlatform(),
  clock: Clock = systemClock,
): Promise<TestWorld> {
  const app = await startTestApp();
  app.respond = ({ url }) =>
    url === '/atlassian-connect.json'
      ? { status: 200, body: testDescriptor(app.baseUrl) }
      : undefined;
  const register = createRegister();
  const connect = createConnectHost({ clock });
  const jira = createJira({
    register,
    clock,
    appKey: (site) => connect.appKey(site),
    onChange: async (site, { webhooks }) => {
      await Promise.all(webhooks.map((each) => connect.webhook(site, each.event, each.body, each)));
    },
  });
  const sites = new Map<string, Site>();
  const upgraded: Site[] = [];
  const servers = await startBrowserServers({
    ports: { site: 0, customUi: 0 },
    sites,
    jira,
    connect,
    platform,
    register,
    upgrade: (site) => {
      upgraded.push(site);
      return Promise.resolve();
    },
  });
  const addSite = (slug: string, displayName: string): Site => {
    const site: Site = {
      slug,
      displayName,
      cloudId: `cloud-${slug}`,
      clientKey: `client-${slug}`,
      baseUrl: sites.size === 0 ? servers.siteUrl : `${servers.siteUrl}/sites/${slug}`,
      users: DEMO_USERS,
      generation: 'none',
    };
    sites.set(slug, site);
    jira.addSite(site);
    jira.addProject(site, 'TALLY', 'Tally');
    jira.addIssue(site, {
      projectKey: 'TALLY',
      summary: 'Ship the new onboarding <flow>',
      type: 'Story',
      description: 'New customers get lost after the second step.\n\nWe agreed on a shorter path.',
    });
    return site;
  };
  const site = addSite('demo', 'Demo Inc.');
  await connect.install(site, `${app.baseUrl}/atlassian-connect.json`);
  return {
    app,
    jira,
    connect,
    register,
    servers,
    sites,
    site,
    upgraded,
    addSite,
    close: async () => {
      await Promise.all([servers.close(), app.close()]);
    },
  };
}
