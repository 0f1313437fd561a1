import { randomBytes } from 'node:crypto';
import { NO_STATE } from '../state/index.ts';
import type { State } from '../state/index.ts';
import type { Clock, ConnectHost, DeployedApp, FaultGate, Site, UpgradeOptions } from '../types.ts';
import { callerOfJwt } from './caller-of-jwt.ts';
import { mustAccept, tell } from './callbacks.ts';
import { ConnectHostError } from './connect-host-error.ts';
import { contextToken } from './context-token.ts';
import { parseDescriptor } from './descriptor.ts';
import { createInstallKeys } from './install-keys.ts';
import type { ConnectApp, Installation } from './installation.ts';
import type { Wire } from './lifecycle.ts';
import { appFromManifest } from './manifest-app.ts';
import { pagePath, pageUrl } from './page-url.ts';
import { ConnectTenants } from './tenants.ts';
import { WebhookBook } from './webhook-book.ts';
import { deliverWebhooks, postToApp, resumeWebhooks } from './webhooks.ts';
import type { Delivery } from './webhooks.ts';

export interface ConnectHostOptions {
  readonly clock: Clock;
  /** The network. (Default: the global `fetch`) */
  readonly fetch?: typeof fetch;
  /** What strikes on the way to the app. (Default: nothing) */
  readonly faults?: FaultGate;
  /** Where secrets and keys are kept. (Default: nowhere, they end with the process) */
  readonly state?: State;
  readonly switches?: Partial<ConnectSwitches>;
}

export interface ConnectSwitches {
  /**
   * Whether any 2xx accepts `installed` of a hybrid. The manifest's schema says 200 or 204, a guide says 2xx; the stricter one
   * is the default. (Default: false)
   */
  readonly hybridAcceptsAny2xx: boolean;
}

/** A Connect installation as it was at some time. Opaque to everybody else. */
export type ConnectSnapshot = Installation;

/** The Connect host, with what the pages, the lives of tenants and the tests need besides `ConnectHost`. */
export interface ConnectHostRoom extends ConnectHost {
  /** Key of the app on the site, or undefined while there is none. */
  appKey(site: Site): string | undefined;
  /** What the installed app asks for: scopes in Connect's words, whether it is sold. */
  declared(site: Site): Pick<ConnectApp, 'key' | 'scopes' | 'licensed'> | undefined;
  /** Whether the module shows a page. */
  hasPage(module: Parameters<ConnectHost['moduleUrl']>[1]): boolean;
  /** Posts to an address of the app that a module names, signed as a webhook is: a workflow post function. Never rejects. */
  post(
    site: Site,
    url: string,
    what: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** The last webhook deliveries of all sites, newest last, at most 1,000. */
  deliveries(): readonly Delivery[];
  /**
   * What an admin does in the list of apps. On a Connect installation the app hears `enabled` or `disabled`; once it is
   * registered on Forge neither comes again (connect-on-forge facts, section 5).
   */
  setEnabled(site: Site, enabled: boolean): Promise<void>;
  /** The app is gone from the site and hears nothing about it. */
  forget(site: Site): void;
  snapshot(site: Site): ConnectSnapshot | undefined;
  /** Puts the installation back, secret included, and tells nobody. Undefined: there was none. */
  restore(site: Site, snapshot: ConnectSnapshot | undefined): void;
  /** Reads the installations of an earlier run back in, and goes on with its webhooks; once. */
  resume(sites: Iterable<Site>): void;
  /**
   * Gives a copied site the installation of its original, with a secret of its own. With `post` the app hears `installed` for
   * the new client key; rejects with LIFECYCLE_HOOK_FAILED when it refuses.
   */
  copy(from: Site, to: Site, post: boolean): Promise<void>;
}

const KEPT_DELIVERIES = 1_000;
const NO_FAULTS: FaultGate = { pass: (_border, _what, perform) => perform({}) };

/** Makes the Connect side of all sites. */
export function createConnectHost(options: ConnectHostOptions): ConnectHostRoom {
  const { clock, state = NO_STATE } = options;
  const keys = createInstallKeys(state);
  const wire: Wire = {
    fetch: options.fetch ?? globalThis.fetch,
    faults: options.faults ?? NO_FAULTS,
    keys,
    now: () => clock.now(),
    after: (ms, task) => {
      clock.after(ms, task);
    },
  };
  const tenants = new ConnectTenants(state);
  const book = new WebhookBook(state);
  const deliveries: Delivery[] = [];
  let lastRead: { readonly text: string; readonly app: ConnectApp } | undefined;
  const hybridAccepts = (status: number): boolean =>
    options.switches?.hybridAcceptsAny2xx === true
      ? status >= 200 && status < 300
      : status === 200 || status === 204;

  const find = (site: Site): Installation | undefined => {
    const installation = tenants.get(site.cloudId);
    return installation === undefined ? undefined : inRegion(installation, site);
  };
  const installationOf = (site: Site): Installation => {
    const installation = find(site);
    if (installation === undefined) {
      throw new ConnectHostError('NOT_INSTALLED', `No app is installed on ${site.slug}.`);
    }
    return installation;
  };
  const show = (site: Site, installation: Installation | undefined): void => {
    if (installation === undefined) {
      tenants.delete(site.cloudId);
      site.generation = 'none';
    } else {
      tenants.set(site.cloudId, installation);
      site.generation = installation.installationId === undefined ? 'connect' : 'hybrid';
    }
  };
  // Thousands of sites install the same descriptor in a row.
  const read = async (url: string): Promise<ConnectApp> => {
    const text = await readDescriptor(wire, url);
    if (lastRead?.text !== text) lastRead = { text, app: tenants.shared(parseDescriptor(text)) };
    return lastRead.app;
  };

  const record = (delivery: Delivery): void => {
    deliveries.push(delivery);
    deliveries.splice(0, deliveries.length - KEPT_DELIVERIES);
  };

  return {
    install: async (site, descriptorUrl) => {
      const app = await read(descriptorUrl);
      const installation = inRegion({ app, sharedSecret: newSecret(), enabled: true }, site);
      const { installed } = app.lifecycle;
      if (installed !== undefined) {
        const accepts = (status: number): boolean => status === 200 || status === 204;
        await mustAccept(wire, site, installation, installed, accepts, 'INSTALL_REFUSED');
      }
      show(site, { ...installation, app });
      await tell(wire, site, installation, 'enabled');
    },

    uninstall: async (site) => {
      const installation = installationOf(site);
      show(site, undefined);
      delete site.installationId;
      await tell(wire, site, installation, 'uninstalled');
    },

    becomeHybrid: async (site, app, installationId, upgrade) => {
      const next = successor(find(site), app, installationId, upgrade);
      const { installed } = next.app.lifecycle;
      if (installed !== undefined && upgrade.postInstalled !== false) {
        await mustAccept(wire, site, next, installed, hybridAccepts, 'LIFECYCLE_HOOK_FAILED');
      }
      show(site, next);
      site.installationId = installationId;
    },

    setEnabled: async (site, enabled) => {
      const installation = installationOf(site);
      if (installation.enabled === enabled) return;
      const kept = tenants.get(site.cloudId) ?? installation;
      show(site, { ...kept, enabled });
      if (installation.installationId !== undefined) return;
      await tell(wire, site, installation, enabled ? 'enabled' : 'disabled');
    },

    forget: (site) => {
      show(site, undefined);
    },
    snapshot: (site) => tenants.get(site.cloudId),
    restore: show,
    resume: (sites) => {
      const all = new Map([...sites].map((site) => [site.cloudId, site]));
      for (const site of all.values()) show(site, tenants.get(site.cloudId));
      resumeWebhooks(wire, book, (cloudId) => all.get(cloudId), find, record);
    },

    copy: async (from, to, post) => {
      const original = tenants.get(from.cloudId);
      if (original === undefined) return;
      const { installationId } = to;
      const { app, enabled } = original;
      const copied = { app, enabled, sharedSecret: newSecret(), installationId };
      const { installed } = app.lifecycle;
      if (post && installed !== undefined) {
        await mustAccept(
          wire,
          to,
          inRegion(copied, to),
          installed,
          hybridAccepts,
          'LIFECYCLE_HOOK_FAILED',
        );
      }
      show(to, copied);
    },

    contextToken: (site, context) => contextToken(site, installationOf(site), context, clock.now()),
    modules: (site) => {
      const installation = tenants.get(site.cloudId);
      return installation?.enabled === true ? installation.app.modules : [];
    },
    moduleUrl: (site, module, context) =>
      pageUrl(site, installationOf(site), module, context, clock.now()),
    hasPage: (module) => pagePath(module) !== undefined,

    webhook: async (site, event, body, details = {}) => {
      await deliverWebhooks(wire, site, () => find(site), event, body, details, record, book);
    },
    post: (site, url, what, body) =>
      postToApp(wire, site, () => find(site), what, url, body, record),

    callerOfJwt: (site, authorization, method, path) => {
      const installation = tenants.get(site.cloudId);
      if (installation?.enabled !== true) return undefined;
      return callerOfJwt(installation, authorization, method, path, clock.now());
    },

    installKey: (kid) => keys.publicKey(kid),
    appKey: (site) => tenants.get(site.cloudId)?.app.key,
    declared: (site) => tenants.get(site.cloudId)?.app,
    deliveries: () => deliveries,
  };
}

/** The installation as a pinned site sees it: at the address of its region, where the descriptor has one. */
function inRegion(installation: Installation, { region }: Site): Installation {
  const baseUrl = installation.app.regions[region ?? ''];
  if (baseUrl === undefined) return installation;
  return { ...installation, app: { ...installation.app, baseUrl } };
}

function newSecret(): string {
  return randomBytes(48).toString('base64url');
}

/**
 * The installation that replaces the old one. The secret changes only together with an `installed` that tells the app;
 * a site without an old one (a first installation on Forge) gets a new secret in any case.
 */
function successor(
  old: Installation | undefined,
  deployed: DeployedApp,
  installationId: string,
  options: UpgradeOptions,
): Installation {
  const app = appFromManifest(deployed);
  const posts = app.lifecycle.installed !== undefined && options.postInstalled !== false;
  const keepsSecret = old !== undefined && !(posts && options.rotateSecret !== false);
  const sharedSecret = keepsSecret ? old.sharedSecret : newSecret();
  return { app, installationId, sharedSecret, enabled: old?.enabled ?? true };
}

async function readDescriptor(wire: Wire, url: string): Promise<string> {
  try {
    const response = await wire.fetch(url, { headers: { accept: 'application/json' } });
    if (response.ok) return await response.text();
    throw new Error(`It answers ${response.status}.`);
  } catch (error) {
    throw new ConnectHostError('DESCRIPTOR_REFUSED', `No descriptor at ${url}.`, error);
  }
}
