import { readApp } from '../app/index.ts';
import type { ForgeApp } from '../app/index.ts';
import { createSigningKey, SystemTokens } from '../tokens/index.ts';
import type { LogLine } from '../functions/index.ts';
import type { Handler } from '../server.ts';
import type { Clock, ForgePlatform, ForgeStore, Jira, Site, UnmodelledRegister } from '../types.ts';
import { Deliverer } from './deliverer.ts';
import { Events } from './events.ts';
import { createGateway } from './gateway.ts';
import { installationAri, uuidFrom } from './identifiers.ts';
import { Installations } from './installations.ts';
import { InvocationRecords } from './invocation-records.ts';
import { Invoker } from './invoker.ts';
import { nextVersion } from './next-version.ts';
import { PageCalls } from './page-calls.ts';
import { PlatformError } from './platform-error.ts';
import { AsyncQueue } from './queue.ts';
import { RemoteCaller } from './remote-caller.ts';
import { Schedules } from './schedules.ts';
import { PLATFORM_SWITCHES } from './switches.ts';
import type { PlatformSwitches } from './switches.ts';

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
  /** What functions write to their console. (Default: dropped) */
  readonly onLog?: (line: LogLine) => void;
  /** An event, schedule or consumer failed and nobody waits for it. (Default: dropped) */
  readonly onFailure?: (what: string, message: string) => void;
}

/** The platform with its HTTP face. */
export interface PlatformRoom extends ForgePlatform {
  readonly app: ForgeApp | undefined;
  readonly handler: Handler;
  /** Takes an installation back as if it had never been: no preUninstall, no event. For an upgrade that failed. */
  withdraw(site: Site): void;
}

/** Makes the pretend Forge platform. Nothing is deployed or installed yet. */
export async function createForgePlatform(options: ForgePlatformOptions): Promise<PlatformRoom> {
  const { clock, random, store, register, jira, installKey, url } = options;
  const switches: PlatformSwitches = { ...PLATFORM_SWITCHES, ...options.switches };
  const onLog = options.onLog ?? ((): void => undefined);
  const onFailure = options.onFailure ?? ((): void => undefined);
  const key = await createSigningKey();
  const tokens = new SystemTokens(clock, switches.systemTokens);
  const records = new InvocationRecords();
  const installations = new Installations();
  const invoker = new Invoker({ records, switches, platformUrl: url, onLog });
  const remotes = new RemoteCaller({ key, tokens, clock, switches, platformUrl: url });
  const deliverer = new Deliverer({ clock, switches, invoker, remotes, tokens, onFailure });
  const events = new Events({ clock, random, switches, deliverer });
  const schedules = new Schedules({ clock, random, switches, deliverer });
  const queue = new AsyncQueue({ clock, random, switches, invoker, deliverer, onFailure });
  const pages = new PageCalls({ invoker, remotes, tokens, switches });
  const environmentId = uuidFrom(random);
  let app: ForgeApp | undefined;

  const installationOfToken: Parameters<typeof createGateway>[0]['installationOfToken'] = (token) =>
    installations.byId(tokens.installationOf(token) ?? '');
  const close = (site: Site): void => {
    const installation = installations.on(site);
    installations.close(installation);
    tokens.revoke(installation.id);
    delete site.installationId;
  };

  return {
    get app() {
      return app;
    },
    handler: createGateway({
      ...{ clock, switches, jira, remotes, tokens, store, queue, register, key, records },
      ...{ installationOfToken, installKey },
    }),
    async deploy(appDir, variables) {
      const before = app;
      const read = await readApp(appDir, variables, { version: '0.0.0', environmentId });
      const { version, isMajor } = nextVersion(before, read);
      const deployed: ForgeApp = { ...read, version };
      app = deployed;
      for (const installation of installations.all()) {
        installation.app = deployed;
        store.declare(installation.id, deployed.entities);
        schedules.start(installation);
        if (isMajor) events.emitLifecycle(installation, 'avi:forge:upgraded:app');
      }
      if (before !== undefined) invoker.retire(before);
      return deployed;
    },
    async install(site) {
      if (app === undefined) throw new PlatformError('not_deployed', 'Deploy the app first.');
      const id = installationAri(uuidFrom(random));
      const installation = installations.open(site, id, app, clock.now());
      store.open(id);
      store.declare(id, app.entities);
      site.installationId = id;
      events.emitLifecycle(installation, 'avi:forge:installed:app');
      schedules.start(installation);
      return Promise.resolve(id);
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
      close(site);
    },
    withdraw: close,
    async invokeResolver(origin, functionKey, payload) {
      return pages.invokeResolver(installations.on(origin.site), origin, functionKey, payload);
    },
    async callRemote(origin, call) {
      return pages.callRemote(installations.on(origin.site), origin, call);
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
    },
  };
}
