import { randomBytes } from 'node:crypto';
import type { Clock, ConnectHost, DeployedApp, Site, UpgradeOptions } from '../types.ts';
import { callerOfJwt } from './caller-of-jwt.ts';
import { ConnectHostError } from './connect-host-error.ts';
import { contextToken } from './context-token.ts';
import { parseDescriptor } from './descriptor.ts';
import { createInstallKeys } from './install-keys.ts';
import type { Installation } from './installation.ts';
import { postLifecycle } from './lifecycle.ts';
import type { LifecycleEvent, Wire } from './lifecycle.ts';
import { appFromManifest } from './manifest-app.ts';
import { pagePath, pageUrl } from './page-url.ts';
import { deliverWebhooks } from './webhooks.ts';
import type { Delivery } from './webhooks.ts';

export interface ConnectHostOptions {
  readonly clock: Clock;
  /** The network. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** The Connect host, with what the pages and the tests need besides `ConnectHost`. */
export interface ConnectHostRoom extends ConnectHost {
  /** Key of the app on the site, or undefined while there is none. */
  appKey(site: Site): string | undefined;
  /** Whether the module shows a page. */
  hasPage(module: Parameters<ConnectHost['moduleUrl']>[1]): boolean;
  /** The last webhook deliveries of all sites, newest last, at most 1,000. */
  deliveries(): readonly Delivery[];
}

const KEPT_DELIVERIES = 1_000;

/** Makes the Connect side of all sites. Holds shared secrets in memory only. */
export function createConnectHost(options: ConnectHostOptions): ConnectHostRoom {
  const { clock } = options;
  const keys = createInstallKeys();
  const wire: Wire = { fetch: options.fetch ?? globalThis.fetch, keys, now: () => clock.now() };
  const installations = new Map<string, Installation>();
  const deliveries: Delivery[] = [];

  const installationOf = (site: Site): Installation => {
    const installation = installations.get(site.cloudId);
    if (installation === undefined) {
      throw new ConnectHostError('NOT_INSTALLED', `No app is installed on ${site.slug}.`);
    }
    return installation;
  };

  return {
    install: async (site, descriptorUrl) => {
      const app = parseDescriptor(await readDescriptor(wire, descriptorUrl));
      const installation = { app, sharedSecret: newSecret() };
      const { installed, enabled } = app.lifecycle;
      if (installed !== undefined) {
        await mustAccept(wire, site, installation, installed, [200, 204], 'INSTALL_REFUSED');
      }
      installations.set(site.cloudId, installation);
      site.generation = 'connect';
      if (enabled !== undefined) await tell(wire, site, installation, 'enabled', enabled);
    },

    uninstall: async (site) => {
      const installation = installationOf(site);
      installations.delete(site.cloudId);
      site.generation = 'none';
      delete site.installationId;
      const { uninstalled } = installation.app.lifecycle;
      if (uninstalled !== undefined) {
        await tell(wire, site, installation, 'uninstalled', uninstalled);
      }
    },

    becomeHybrid: async (site, app, installationId, upgrade) => {
      const next = successor(installations.get(site.cloudId), app, installationId, upgrade);
      const { installed } = next.app.lifecycle;
      if (installed !== undefined && upgrade.postInstalled !== false) {
        const success = (status: number): boolean => status >= 200 && status < 300;
        await mustAccept(wire, site, next, installed, success, 'LIFECYCLE_HOOK_FAILED');
      }
      installations.set(site.cloudId, next);
      site.generation = 'hybrid';
      site.installationId = installationId;
    },

    contextToken: (site, context) => contextToken(site, installationOf(site), context, clock.now()),
    modules: (site) => installations.get(site.cloudId)?.app.modules ?? [],
    moduleUrl: (site, module, context) =>
      pageUrl(site, installationOf(site), module, context, clock.now()),
    hasPage: (module) => pagePath(module) !== undefined,

    webhook: async (site, event, body) => {
      const installation = installations.get(site.cloudId);
      if (installation === undefined) return;
      deliveries.push(...(await deliverWebhooks(wire, site, installation, event, body)));
      deliveries.splice(0, deliveries.length - KEPT_DELIVERIES);
    },

    callerOfJwt: (site, authorization, method, path) => {
      const installation = installations.get(site.cloudId);
      if (installation === undefined) return undefined;
      return callerOfJwt(installation, authorization, method, path, clock.now());
    },

    installKey: (kid) => keys.publicKey(kid),
    appKey: (site) => installations.get(site.cloudId)?.app.key,
    deliveries: () => deliveries,
  };
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
  return { app, installationId, sharedSecret: keepsSecret ? old.sharedSecret : newSecret() };
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

async function mustAccept(
  wire: Wire,
  site: Site,
  installation: Installation,
  path: string,
  accepted: readonly number[] | ((status: number) => boolean),
  code: 'INSTALL_REFUSED' | 'LIFECYCLE_HOOK_FAILED',
): Promise<void> {
  const where = installation.app.baseUrl + path;
  let response: Response;
  try {
    response = await postLifecycle(wire, site, installation, 'installed', path);
  } catch (error) {
    throw new ConnectHostError(code, `The app could not be reached at ${where}.`, error);
  }
  await response.body?.cancel();
  const { status } = response;
  const fine = typeof accepted === 'function' ? accepted(status) : accepted.includes(status);
  if (!fine) throw new ConnectHostError(code, `The app answered ${status} at ${where}.`);
}

/** Tells the app something whose answer changes nothing. */
async function tell(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: LifecycleEvent,
  path: string,
): Promise<void> {
  try {
    const response = await postLifecycle(wire, site, installation, event, path);
    await response.body?.cancel();
  } catch {
    // The site does not wait for an app that is gone.
  }
}
