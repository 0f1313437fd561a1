import type { Caller } from './jira.ts';
import type { ConnectModule, DeployedApp } from './platform.ts';
import type { Site } from './sites.ts';

export interface ModuleContext {
  readonly accountId: string;
  readonly issue?: { readonly id: string; readonly key: string };
  readonly project?: { readonly id: string; readonly key: string };
}

export interface UpgradeOptions {
  /** Whether the platform posts `installed` for the replaced installation. Undocumented, so a switch. Default true. */
  readonly postInstalled?: boolean;
  /** Whether `installed` brings a new shared secret. Default true. */
  readonly rotateSecret?: boolean;
}

/** What only Jira knows about an event, and a webhook module may ask for. */
export interface WebhookDetails {
  /** What the module's address may use besides what the body says: `{property.key}`. */
  readonly values?: ReadonlyMap<string, string>;
  /** Key of the property that was set or deleted, for a module with `propertyKeys`. */
  readonly propertyKey?: string;
  /** Whether a module's `filter` matches. Absent: the event can't be filtered, and every module hears it. */
  readonly matches?: (jql: string) => boolean;
}

export interface ConnectHost {
  /** Reads the descriptor, makes keys, posts a signed `installed`. Rejects when the app does not answer 200 or 204. */
  install(site: Site, descriptorUrl: string): Promise<void>;
  uninstall(site: Site): Promise<void>;
  /**
   * The Connect half of an upgrade in place: no `uninstalled`, same client key, modules from the manifest from now on,
   * `installed` with the new `installationId` posted or not.
   */
  becomeHybrid(
    site: Site,
    app: DeployedApp,
    installationId: string,
    options: UpgradeOptions,
  ): Promise<void>;
  /** A context JWT as `AP.context.getToken` gives it. Lives 15 minutes. */
  contextToken(site: Site, context: ModuleContext): string;
  /** Modules that the site shows now. */
  modules(site: Site): readonly ConnectModule[];
  /** The signed address of a module's page. */
  moduleUrl(site: Site, module: ConnectModule, context: ModuleContext): string;
  /**
   * Posts the webhook to every module that listens to `event`. Answers when each was tried once; what failed is tried again
   * later.
   */
  webhook(
    site: Site,
    event: string,
    body: Readonly<Record<string, unknown>>,
    details?: WebhookDetails,
  ): Promise<void>;
  /** Who calls Jira's REST API with this Connect JWT; undefined when it does not verify. */
  callerOfJwt(site: Site, authorization: string, method: string, path: string): Caller | undefined;
  /** PEM of an install key, for `GET /install-keys/<kid>`. */
  installKey(kid: string): string | undefined;
}
