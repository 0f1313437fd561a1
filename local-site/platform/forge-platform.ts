import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForgeApp } from '../app/index.ts';
import { NO_FAULTS } from '../faults/index.ts';
import { NO_STATE } from '../state/index.ts';
import type { State } from '../state/index.ts';
import { createSigningKey, SystemTokens } from '../tokens/index.ts';
import type { LogLine } from '../functions/index.ts';
import type { Handler } from '../server.ts';
import type {
  Clock,
  DeployOptions,
  FaultGate,
  ForgePlatform,
  ForgeStore,
  Jira,
  Site,
  UnmodelledRegister,
} from '../types.ts';
import { Deliverer } from './deliverer.ts';
import type { ExpressionEvaluator } from './event-filter.ts';
import { Errands } from './errands.ts';
import { Events } from './events.ts';
import { functionDoor } from './function-door.ts';
import { createGateway } from './gateway.ts';
import { Installations } from './installations.ts';
import type { Installation } from './installations.ts';
import { InvocationLog } from './invocation-log.ts';
import { InvocationRecords } from './invocation-records.ts';
import { Invoker } from './invoker.ts';
import { licenceOf } from './licence.ts';
import { PageCalls } from './page-calls.ts';
import { PlatformError } from './platform-error.ts';
import { AsyncQueue } from './queue.ts';
import { RemoteCaller } from './remote-caller.ts';
import { Schedules } from './schedules.ts';
import { PLATFORM_SWITCHES } from './switches.ts';
import type { PlatformSwitches } from './switches.ts';
import { Tenancy } from './tenancy.ts';
import type { InstallationSnapshot } from './tenancy.ts';
import { UserLedRates } from './user-led-rates.ts';
import { connectUpgradeOf } from './versions/connect-changes.ts';
import type { ConnectRights, ConnectUpgrade } from './versions/connect-changes.ts';
import { Deploys } from './versions/deploys.ts';
import { Environments } from './versions/environments.ts';
import { Mover } from './versions/mover.ts';
import type { OnVersion } from './versions/mover.ts';
import { Upgrades } from './versions/upgrades.ts';
import { WebTriggers } from './web-triggers.ts';

export interface ForgePlatformOptions {
  readonly clock: Clock;
  /** Repeatable numbers in [0, 1): lags, duplicates, identities. Tokens and keys never come from it. */
  readonly random: () => number;
  readonly store: ForgeStore;
  readonly register: UnmodelledRegister;
  /** Where {@link PlatformRoom.handler} is served, without a slash at the end. */
  readonly url: string;
  readonly jira: () => Jira;
  /** PEM of a Connect install key. */
  readonly installKey: (kid: string) => string | undefined;
  readonly switches?: Partial<PlatformSwitches>;
  /** Where versions, installations, keys and tokens are kept. (Default: nowhere, they end with the process) */
  readonly state?: State;
  /** Where copies of deployed versions are kept. (Default: a folder of its own, removed by `close`) */
  readonly versionsFolder?: string;
  /** What a deploy and an installation without an environment mean. (Default: `development`) */
  readonly environment?: string;
  /** Told when a version is about to reach a site that runs another one; its rejection stops a major upgrade. */
  readonly onVersion?: OnVersion;
  /** What every border passes through. (Default: nothing goes wrong) */
  readonly faults?: FaultGate;
  /** For `filter.expression` of triggers. (Default: recorded as unmodelled) */
  readonly evaluate?: ExpressionEvaluator;
  /** What functions write to their console. (Default: dropped) */
  readonly onLog?: (line: LogLine) => void;
  /** An event, schedule or consumer failed and nobody waits for it. (Default: dropped) */
  readonly onFailure?: (what: string, message: string) => void;
}

/** The platform with its HTTP face. */
export interface PlatformRoom extends ForgePlatform {
  readonly app: ForgeApp | undefined;
  readonly handler: Handler;
  /** What counts now. May be changed while the platform runs; `systemTokens` counts from the start only. */
  readonly switches: { -readonly [Name in keyof PlatformSwitches]: PlatformSwitches[Name] };
  /** The tokens that remotes hold, for the control page. */
  readonly tokens: Pick<SystemTokens, 'list' | 'expire'>;
  /** The last runs of functions, for the control page. */
  readonly invocations: Pick<InvocationLog, 'list'>;
  /** Takes an installation back as if it had never been: no preUninstall, no event. For an upgrade that failed. */
  withdraw(site: Site): void;
  /**
   * Reads the installations of an earlier run back in, and takes up what was on its way; once, before anything is installed.
   */
  resume(sites: Iterable<Site>): Promise<void>;
  appOn(site: Site): ForgeApp | undefined;
  versions(environment: string): readonly ForgeApp[];
  /** Names of the environments that something was deployed to. */
  environments(): readonly string[];
  /** Whether new indexes of an environment are still being built. */
  isIndexing(environment: string): boolean;
  /** The version that an installation with these options would get. Throws what `install` throws. */
  versionFor(site: Site, options?: DeployOptions): ForgeApp;
  /** Whether a deploy of the folder would bring anything new to the environment. */
  isNew(appDir: string, variables: Readonly<Record<string, string>>): Promise<boolean>;
  /** Who has to act before a Connect app with these rights can become `app`. */
  connectUpgrade(rights: ConnectRights, app: ForgeApp): ConnectUpgrade;
  /** Like `uninstall`, but `preUninstall` is not called. */
  uninstallSilently(site: Site): void;
  /** See {@link Tenancy}. */
  relink(site: Site, oldInstallationId: string): void;
  rename(site: Site, keepsStorage: boolean): string;
  snapshot(site: Site): InstallationSnapshot | undefined;
  restore(site: Site, snapshot: InstallationSnapshot | undefined, newId: boolean): void;
  copy(from: Site, to: Site, withStorage: boolean): void;
  /** Fires `avi:forge:installed:app` for an installation that came another way than by `install`. */
  announceInstalled(site: Site): void;
}

/** Makes the pretend Forge platform. Nothing is deployed or installed yet. */
export async function createForgePlatform(options: ForgePlatformOptions): Promise<PlatformRoom> {
  const { clock, random, store, register, jira, installKey, url } = options;
  const switches: PlatformSwitches = { ...PLATFORM_SWITCHES, ...options.switches };
  const invocations = new InvocationLog(clock);
  const onLog = (line: LogLine): void => {
    invocations.line(line);
    options.onLog?.(line);
  };
  const onFailure = options.onFailure ?? ((): void => undefined);
  const { state = NO_STATE, environment: defaultEnvironment = 'development' } = options;
  const key = await createSigningKey(state);
  const tokens = new SystemTokens(clock, switches.systemTokens, state);
  const records = new InvocationRecords();
  const installations = new Installations();
  const gate = { faults: options.faults ?? NO_FAULTS };
  const invoker = new Invoker({
    ...gate,
    clock,
    records,
    switches,
    platformUrl: url,
    onLog,
    register,
    log: invocations,
  });
  const remotes = new RemoteCaller({ ...gate, key, tokens, clock, switches, platformUrl: url });
  const errands = new Errands(clock, state);
  const deliverer = new Deliverer({ errands, switches, invoker, remotes, tokens, onFailure });
  const events = new Events({
    ...{ ...gate, errands, random, switches, deliverer, onFailure, register },
    evaluate: options.evaluate,
  });
  const schedules = new Schedules({ ...gate, clock, state, random, switches, deliverer });
  const queue = new AsyncQueue({
    ...{ ...gate, clock, state, errands, random, switches, invoker, deliverer, onFailure },
  });
  const rates = new UserLedRates(clock, switches);
  const pages = new PageCalls({ invoker, remotes, tokens, switches, rates });
  const webTriggers = new WebTriggers({
    ...{ clock, state, switches, register, invoker, rates, platformUrl: url },
    installationOn: (site) => installations.find(site),
  });
  const folder = options.versionsFolder ?? (await mkdtemp(join(tmpdir(), 'local-site-versions-')));
  const environments = new Environments(state, random, folder);
  await environments.load();
  environments.of(defaultEnvironment);
  const deploys = new Deploys({ clock, switches, environments, folder, defaultEnvironment });
  const tenancy = new Tenancy({
    ...{ clock, random, store, state, switches, tokens, events, schedules, installations },
    ...{ errands, environments, defaultEnvironment },
  });
  const mover = new Mover({
    ...{ store, events, schedules, invoker, installations, environments, tenancy },
    onVersion: options.onVersion ?? (() => Promise.resolve()),
  });
  const upgrades = new Upgrades({
    ...{ clock, random, switches, environments, installations, onFailure },
    move: (installation, app, kind) => mover.move(installation, app, kind),
  });

  const installationOfToken: Parameters<typeof createGateway>[0]['installationOfToken'] = (token) =>
    installations.byId(tokens.installationOf(token) ?? '');
  /** Pages of an app whose licence is inactive show nothing [doc: "the app becomes inactive"]. */
  const forPages = (site: Site): Installation => {
    const installation = installations.on(site);
    if (switches.inactiveStopsPages && licenceOf(installation)?.active === false) {
      throw new PlatformError('app_inactive', `The app has no active licence on ${site.slug}.`);
    }
    return installation;
  };

  return {
    get app() {
      return environments.highest(environments.of(defaultEnvironment));
    },
    appOn: (site) => installations.find(site)?.app,
    versions: (name) => environments.find(name)?.versions ?? [],
    environments: () => [...environments.all()].map(({ name }) => name),
    isIndexing: (name) => clock.now() < (environments.find(name)?.indexingUntil ?? 0),
    pending(site) {
      const installation = installations.find(site);
      return installation === undefined ? undefined : upgrades.pending(installation);
    },
    approve: (site) => upgrades.approve(site),
    bulkUpgrade: (request) =>
      upgrades.bulkUpgrade(request.environment ?? defaultEnvironment, request),
    connectUpgrade: (rights, app) => connectUpgradeOf(rights, app, switches.storageElevates),
    async resume(sites) {
      const all = [...sites];
      webTriggers.resume(all);
      tenancy.resume(all);
      // A roll-out may have been under way.
      for (const environment of environments.all()) await upgrades.rollOut(environment);
    },
    handler: functionDoor(
      { records, webTriggers },
      createGateway({
        ...{ clock, switches, jira, remotes, tokens, store, queue, register, key, records },
        ...{ installationOfToken, installKey, ...gate },
      }),
    ),
    switches,
    tokens,
    invocations,
    async deploy(appDir, variables, deployOptions) {
      const app = await deploys.deploy(appDir, variables, deployOptions);
      await upgrades.rollOut(environments.of(app.environment));
      mover.retireReplaced(app.environment);
      return app;
    },
    isNew: (appDir, variables) => deploys.isNew(appDir, variables),
    versionFor(site, installOptions = {}) {
      const app = tenancy.versionFor(installOptions);
      installations.refuseSecond(site, app);
      return app;
    },
    async install(site, installOptions) {
      return Promise.resolve(tenancy.install(site, installOptions).id);
    },
    async uninstall(site) {
      const installation = installations.on(site);
      const { preUninstall } = installation.app;
      if (preUninstall !== undefined) {
        const attempt = await deliverer.once(installation, {
          kind: 'last',
          moduleKey: preUninstall.key,
          moduleType: 'preUninstall',
          target: preUninstall.target,
          payload: {},
        });
        if (!attempt.ok) onFailure(preUninstall.key, attempt.message);
      }
      if (installation.open) tenancy.close(installation);
    },
    uninstallSilently(site) {
      tenancy.close(installations.on(site));
    },
    withdraw(site) {
      tenancy.close(installations.on(site));
    },
    relink(site, oldInstallationId) {
      tenancy.relink(installations.on(site), oldInstallationId);
    },
    rename: (site, keepsStorage) => tenancy.rename(installations.on(site), keepsStorage),
    snapshot: (site) => tenancy.snapshot(site),
    restore(site, snapshot, newId) {
      tenancy.restore(site, snapshot, newId);
    },
    copy(from, to, withStorage) {
      tenancy.copy(installations.on(from), to, withStorage);
    },
    announceInstalled(site) {
      events.emitLifecycle(installations.on(site), 'avi:forge:installed:app');
    },
    async invokeResolver(origin, functionKey, payload) {
      return pages.invokeResolver(forPages(origin.site), origin, functionKey, payload);
    },
    async invokeModule(site, moduleKey, event) {
      return pages.invokeModule(installations.on(site), moduleKey, event);
    },
    async callRemote(origin, call) {
      const installation =
        call.way === 'ui' ? forPages(origin.site) : installations.on(origin.site);
      return pages.callRemote(installation, origin, call);
    },
    emit(site, event, payload) {
      const installation = installations.find(site);
      if (installation !== undefined) events.emit(installation, event, payload);
    },
    async runSchedule(site, triggerKey) {
      await schedules.run(installations.on(site), triggerKey);
    },
    siteOfSystemToken: (token) => installationOfToken(token)?.site,
    async close() {
      for (const installation of [...installations.all()]) installations.close(installation);
      remotes.close();
      await invoker.close();
      if (options.versionsFolder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
