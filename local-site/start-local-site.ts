import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startBrowserServers } from './browser/index.ts';
import { createConnectHost } from './connect/index.ts';
import { createControl } from './control/index.ts';
import { createFaults } from './faults/index.ts';
import { createJira, evaluateExpression, fromJson } from './jira/index.ts';
import { createLifecycle } from './lifecycle.ts';
import type { LocalSite } from './local-site.ts';
import type { LocalSiteOptions } from './options.ts';
import { createForgePlatform } from './platform/index.ts';
import { createRegister } from './register.ts';
import { createReleaseDoor } from './release/index.ts';
import { sendAnswer, startServer } from './server.ts';
import type { Handler } from './server.ts';
import { SiteBook } from './site-book.ts';
import { NO_STATE, openState } from './state/index.ts';
import type { State } from './state/index.ts';
import { createForgeStore } from './storage/index.ts';
import { Activity, isVirtual, seededRandom } from './support/index.ts';
import { createKeptClock } from './support/kept-clock.ts';
import { TENANT_SWITCHES } from './tenants/index.ts';
import type { Clock, ConnectModule, DeployedApp, SiteModule } from './types.ts';

/**
 * Starts a pretend Atlassian: the sites, the Connect host, the Forge platform with the app deployed. Listens on the
 * loopback interface only. This is the one place where the rooms are made and handed to each other.
 *
 * @throws AppError when `appDir` cannot be deployed, StateError when `dataDir` cannot be read; nothing is left running then.
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
  const tenantSwitches = { ...TENANT_SWITCHES, ...options.switches?.tenants };
  const { appDir, variables = {}, ports = {}, dataDir = ':memory:', seed = 1, switches } = options;
  const state = openKeptState(dataDir);
  closers.push(() => {
    state.close();
  });
  const clock = options.clock ?? keptClock(state, closers);
  const activity = new Activity();
  if (isVirtual(clock)) clock.settleWith((isDue) => activity.settle(isDue));
  const register = createRegister({ clock, state });
  closers.push(() => {
    register.reported();
  });
  // The last thing that happens, when all else has been stopped.
  if (options.failOnUnmodelled === true) closers.unshift(() => register.assertEmpty());
  const faults = createFaults({ clock, activity, plan: options.faults ?? {} });
  // The first run draws what it always drew; a later one must not draw the same identities again.
  const run = nextRun(state);
  const random = (what: string): (() => number) =>
    seededRandom(run === 0 ? `${seed} ${what}` : `${seed} ${what} ${run}`);
  const store = createForgeStore({
    clock,
    register,
    file: inFolder(dataDir, 'forge-storage.sqlite'),
    random: random('store'),
    switches: switches?.storage ?? {},
  });
  closers.push(() => {
    store.close();
  });
  const connect = createConnectHost({ clock, state, faults, switches: switches?.connect ?? {} });
  const jira = createJira({
    register,
    clock,
    appKey: (site) => connect.appKey(site),
    modules: (site) => siteModules(connect.modules(site), platform.appOn(site)),
    scopesOf: (site) =>
      site.generation === 'hybrid'
        ? [...(platform.appOn(site)?.scopes ?? [])]
        : connect.declared(site)?.scopes,
    ...(dataDir === ':memory:' ? {} : { file: inFolder(dataDir, 'jira.sqlite') }),
    switches: switches?.jira ?? {},
    rules: {
      invokeModule: (site, moduleKey, event) => platform.invokeModule(site, moduleKey, event),
      postToConnect: (site, module, url, body) =>
        connect.post(site, url, `post function ${module.key}`, body),
    },
    onChange: async (site, { webhooks, events }) => {
      for (const { event, payload } of events) platform.emit(site, event, payload);
      await Promise.all(webhooks.map((each) => connect.webhook(site, each.event, each.body, each)));
    },
  });

  closers.push(() => {
    jira.close();
  });

  let handler: Handler = refuseEarly;
  const gateway = await startServer(
    (request, response) => handler(request, response),
    ports.platform ?? 4401,
    ports.exact,
  );
  closers.push(() => gateway.close());
  const platform = await createForgePlatform({
    ...{ clock, faults, store, register, url: gateway.url, switches: switches?.platform ?? {} },
    random: random('platform'),
    state,
    jira: () => jira,
    evaluate: (expression, { event }) => evaluateExpression(expression, { event: fromJson(event) }),
    installKey: (kid) => connect.installKey(kid),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    ...(dataDir === ':memory:' ? {} : { versionsFolder: join(dataDir, 'versions') }),
    onVersion: (site, app, kind) => {
      if (site.generation !== 'hybrid' || site.installationId === undefined) return done;
      const isMajor = kind === 'major';
      return connect.becomeHybrid(site, app, site.installationId, {
        postInstalled: isMajor && tenantSwitches.majorPostsInstalled,
        rotateSecret: isMajor && tenantSwitches.majorRotatesSecret,
      });
    },
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
  });
  closers.push(() => platform.close());
  handler = platform.handler;

  const book = new SiteBook(random('sites'), jira, state);
  const lifecycle = createLifecycle({
    ...{ platform, connect, jira, book, state, register },
    switches: tenantSwitches,
  });
  const release = createReleaseDoor({
    ...{ clock, register, platform, url: gateway.url, settings: options.release ?? {} },
    folder: await artifactFolder(dataDir, closers),
    sites: () => book.sites.values(),
    install: (site, where) => lifecycle.upgradeInPlace(site, where),
    uninstall: (site) => lifecycle.uninstall(site),
  });
  handler = release.before(platform.handler);
  const browser = await startBrowserServers({
    ports: {
      ...{ site: ports.site ?? 4400, customUi: ports.customUi ?? 4402 },
      exact: ports.exact ?? false,
    },
    ...{ sites: book.sites, jira, connect, platform, register, faults, state },
    control: createControl({
      ...{ clock, faults, register, platform, connect, store },
      ...{ sites: book.sites, lives: lifecycle, cspReports: () => browser.cspReports() },
    }),
    upgrade: (site) => lifecycle.upgradeInPlace(site),
  });
  closers.push(() => browser.close());
  book.origin = browser.siteUrl;
  book.load();
  connect.resume(book.sites.values());
  await platform.resume(book.sites.values());
  await lifecycle.resumeUpgrades();
  // What was deployed in an earlier run and has not changed is not deployed again.
  if (appDir !== undefined && (await platform.isNew(appDir, variables))) {
    await platform.deploy(appDir, variables);
  }
  for (const name of options.sites ?? [{ slug: 'main', displayName: 'Tally demo' }]) {
    if (!book.sites.has(name.slug)) book.add(name);
  }

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
    ...{ platform, jira, connect, store, clock, faults, release, ...lifecycle },
    sites: book.sites,
    addSite: (name) => book.add(name),
    unmodelled: () => register.examples(),
    cspReports: () => browser.cspReports(),
  };
}

const done = Promise.resolve();

/** What Jira reads out of the app's modules, of both faces. */
function siteModules(
  connect: readonly ConnectModule[],
  app: DeployedApp | undefined,
): readonly SiteModule[] {
  const forge = app?.forgeModules ?? [];
  return [
    ...connect.map(({ type, key, body }) => ({ face: 'connect' as const, type, key, body })),
    ...forge.map(({ type, key, body }) => ({ face: 'forge' as const, type, key, body })),
  ];
}

const refuseEarly: Handler = (_request, response) => {
  sendAnswer(response, { status: 503, body: { code: 'STARTING' } });
};

function keptClock(state: State, closers: (() => unknown)[]): Clock {
  const kept = createKeptClock(state);
  closers.push(() => {
    kept.save();
  });
  return kept.clock;
}

function openKeptState(dataDir: string): State {
  return dataDir === ':memory:' ? NO_STATE : openState(inFolder(dataDir, 'local-site.sqlite'));
}

function inFolder(dataDir: string, file: string): string {
  if (dataDir === ':memory:') return dataDir;
  mkdirSync(dataDir, { recursive: true });
  return join(dataDir, file);
}

/** Where artifacts of the Forge CLI are unpacked; a folder that ends with this run unless there is one that stays. */
async function artifactFolder(dataDir: string, closers: (() => unknown)[]): Promise<string> {
  if (dataDir !== ':memory:') return inFolder(dataDir, 'artifacts');
  const folder = await mkdtemp(join(tmpdir(), 'local-site-artifacts-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** How many runs there were before this one. */
function nextRun(state: State): number {
  const run = state.read('run', z.number()).get('count') ?? 0;
  state.put('run', 'count', run + 1);
  return run;
}
