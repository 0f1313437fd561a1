import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowserServers } from './browser/index.ts';
import { createConnectHost } from './connect/index.ts';
import { createJira } from './jira/index.ts';
import { createLifecycle } from './lifecycle.ts';
import type { LocalSite } from './local-site.ts';
import type { LocalSiteOptions } from './options.ts';
import { createForgePlatform } from './platform/index.ts';
import { createRegister } from './register.ts';
import { sendAnswer, startServer } from './server.ts';
import type { Handler } from './server.ts';
import { SiteBook } from './site-book.ts';
import { createForgeStore } from './storage/index.ts';
import { seededRandom, systemClock } from './support/index.ts';

/**
 * Starts a pretend Atlassian: the sites, the Connect host, the Forge platform with the app deployed. Listens on the
 * loopback interface only. This is the one place where the rooms are made and handed to each other.
 *
 * @throws AppError when `appDir` cannot be deployed; nothing is left running then.
 */
export async function startLocalSite(options: LocalSiteOptions = {}): Promise<LocalSite> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whatever starts puts its end into `closers`; the last one started ends first. */
async function start(
  options: LocalSiteOptions,
  closers: (() => unknown)[],
): Promise<Omit<LocalSite, 'close'>> {
  const { appDir, variables = {}, ports = {}, dataDir = ':memory:', seed = 1, switches } = options;
  const clock = options.clock ?? systemClock;
  const register = createRegister();
  const store = createForgeStore({
    clock,
    file: storeFile(dataDir),
    random: seededRandom(`${seed} store`),
    switches: switches?.storage ?? {},
  });
  closers.push(() => {
    store.close();
  });
  const connect = createConnectHost({ clock });
  const jira = createJira({
    register,
    clock,
    appKey: (site) => connect.appKey(site),
    onIssueDeleted: async (site, deletion) => {
      platform.emit(site, 'avi:jira:deleted:issue', deletion.event);
      await connect.webhook(site, 'jira:issue_deleted', deletion.webhook);
    },
  });

  let handler: Handler = refuseEarly;
  const gateway = await startServer(
    (request, response) => handler(request, response),
    ports.platform ?? 4401,
  );
  closers.push(() => gateway.close());
  const platform = await createForgePlatform({
    ...{ clock, store, register, url: gateway.url, switches: switches?.platform ?? {} },
    random: seededRandom(`${seed} platform`),
    jira: () => jira,
    installKey: (kid) => connect.installKey(kid),
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
  });
  closers.push(() => platform.close());
  handler = platform.handler;
  if (appDir !== undefined) await platform.deploy(appDir, variables);

  const lifecycle = createLifecycle(platform, connect);
  const book = new SiteBook(seededRandom(`${seed} sites`), jira);
  const browser = await startBrowserServers({
    ports: { site: ports.site ?? 4400, customUi: ports.customUi ?? 4402 },
    ...{ sites: book.sites, jira, connect, platform, register },
    upgrade: (site) => lifecycle.upgradeInPlace(site),
  });
  closers.push(() => browser.close());
  book.origin = browser.siteUrl;
  for (const name of options.sites ?? [{ slug: 'main', displayName: 'Tally demo' }]) book.add(name);

  return {
    urls: {
      site: browser.siteUrl,
      platform: gateway.url,
      customUi: browser.customUiUrl,
      installKeys: `${gateway.url}/install-keys`,
      jwks: `${gateway.url}/.well-known/jwks.json`,
      storage: `${gateway.url}/forge/storage/kvs`,
      hostScript: `${browser.siteUrl}/connect/all.js`,
    },
    ...{ platform, jira, connect, store, ...lifecycle },
    sites: book.sites,
    addSite: (name) => book.add(name),
    unmodelled: () => register.list(),
  };
}

const refuseEarly: Handler = (_request, response) => {
  sendAnswer(response, { status: 503, body: { code: 'STARTING' } });
};

function storeFile(dataDir: string): string {
  if (dataDir === ':memory:') return dataDir;
  mkdirSync(dataDir, { recursive: true });
  return join(dataDir, 'forge-storage.sqlite');
}
