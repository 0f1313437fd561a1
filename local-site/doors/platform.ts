import type { SiteModule } from './site-module.ts';
import type { Site } from './sites.ts';
import type { EntitySchema } from './storage.ts';

/** What a function or a remote is told about where a call comes from. */
export interface Origin {
  readonly site: Site;
  /** Key of the module in the manifest. */
  readonly moduleKey: string;
  /** Type of the module, for instance `jira:adminPage`, `scheduledTrigger`. */
  readonly moduleType: string;
  /** Absent for events and schedules. */
  readonly accountId?: string;
  /** `extension` of the Forge context: issue, project. */
  readonly extension?: Readonly<Record<string, unknown>>;
}

export interface RemoteCall {
  readonly remoteKey: string;
  readonly path: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Which of the three ways this is: it decides time limit, retries and which tokens travel. */
  readonly way: 'ui' | 'function' | 'event';
  /** `requestRemote` of a page: it never carries a token of the app or the user, even if configured (CHANGE-2939). */
  readonly withoutTokens?: boolean;
}

/** A module of the deployed manifest that shows a page. */
export interface UiModule {
  readonly key: string;
  readonly type: string;
  readonly title: string;
  readonly resourceKey: string;
  readonly resolverFunction?: string;
  /** Key of the remote when the module's resolver is an `endpoint`; what `invokeRemote` of the bridge calls. */
  readonly resolverRemote?: string;
  /**
   * Keys of the resources for one purpose each: `edit` of a gadget; `view`, `create` and `edit` of a workflow rule. A module
   * without a `resource` of its own has the first of these as its `resourceKey`.
   */
  readonly entries?: Readonly<Partial<Record<'view' | 'create' | 'edit', string>>>;
  /** The module as the manifest declares it: display conditions, layout, sizes, `useAsConfig`. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** One entry of the manifest's `resources`, resolved. */
export interface UiResource {
  readonly key: string;
  /** Absolute path of the built folder with its `index.html`. */
  readonly folder: string;
}

/** `permissions.content` of the manifest. */
export interface ContentPermissions {
  readonly styles?: readonly string[];
  readonly scripts?: readonly string[];
}

/** `permissions.external` of the manifest for pages, each entry as an address: a remote stands as its base URL. */
export interface ExternalPermissions {
  readonly images?: readonly string[];
  readonly media?: readonly string[];
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  readonly fonts?: readonly string[];
  readonly frames?: readonly string[];
  /** `fetch.client` */
  readonly client?: readonly string[];
}

/** One Connect module, from the frozen descriptor or from `connectModules` of the manifest. */
export interface ConnectModule {
  /** Connect's own name without prefix: `jiraIssueContents`, `adminPages`, `webhooks` … */
  readonly type: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The deployed app as the platform knows it. */
export interface DeployedApp {
  /** `ari:cloud:ecosystem::app/<uuid>` */
  readonly appId: string;
  readonly version: string;
  readonly environmentId: string;
  /** `development`, `staging`, `production` or a name of one's own. */
  readonly environment?: string;
  /** How the platform calls that environment in tokens and contexts. */
  readonly environmentType?: 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';
  /** Why this is a major version; empty for a minor one. */
  readonly reasons?: readonly string[];
  readonly connectKey: string;
  /** Base URL of `app.connect.remote`. */
  readonly connectBaseUrl: string;
  readonly connectModules: readonly ConnectModule[];
  readonly uiModules: readonly UiModule[];
  /** Folders that the Custom UI origin serves. Absent: the app has no Custom UI. */
  readonly resources?: readonly UiResource[];
  readonly contentPermissions?: ContentPermissions;
  readonly externalPermissions?: ExternalPermissions;
  /** `permissions.sandbox`: what the frame's sandbox allows besides the fixed set. */
  readonly sandboxPermissions?: readonly string[];
  readonly entities: readonly EntitySchema[];
  /** Every entry of the manifest's `modules`, type by type, for what Jira itself reads: rules, gadgets, entity properties. */
  readonly forgeModules: readonly Omit<SiteModule, 'face'>[];
}

export interface DeployOptions {
  /** `development`, `staging`, `production` or a name of one's own. (Default: `development`) */
  readonly environment?: string;
  /**
   * For a deploy: a backport, a new minor version of this older major version; the manifest's `storage` is ignored. For an
   * installation: the latest version of this major version instead of the one that was deployed last.
   */
  readonly majorVersion?: number;
}

/** A bulk upgrade of a part of the installations. Which ones is the platform's choice. */
export interface BulkUpgrade {
  /** (Default: `development`) */
  readonly environment?: string;
  readonly fromMajor: number;
  readonly toMajor: number;
  /** At most 1,800; a higher number is lowered. */
  readonly limit: number;
}

/** How many installations a bulk upgrade moved, and how many refused. Never which. */
export interface BulkUpgradeResult {
  readonly completed: number;
  readonly failed: number;
}

export interface ForgePlatform {
  /**
   * Reads manifest.yml and the built bundle of `appDir` as a new version of one environment (Default: `development`);
   * `variables` fill `environment.variables` and `${…}`. Installations of that environment follow a minor version by
   * themselves; a major version waits for {@link ForgePlatform.approve}.
   */
  deploy(
    appDir: string,
    variables: Readonly<Record<string, string>>,
    options?: DeployOptions,
  ): Promise<DeployedApp>;
  /** The latest version of the default environment. */
  readonly app: DeployedApp | undefined;
  /** The version that runs on a site now; undefined where the app is not installed on Forge. */
  appOn(site: Site): DeployedApp | undefined;
  /** The versions of an environment, oldest first. */
  versions(environment: string): readonly DeployedApp[];
  /** The major version that waits for the admin of a site, if there is one. */
  pending(site: Site): DeployedApp | undefined;
  /** What the admin of a site does with a waiting major version. */
  approve(site: Site): Promise<void>;
  /** Moves some installations from one major version to a later one without asking their admins. */
  bulkUpgrade(request: BulkUpgrade): Promise<BulkUpgradeResult>;
  /** Runs the function behind a module that is neither a page nor an event: a workflow rule. Rejects with FunctionError. */
  invokeModule(site: Site, moduleKey: string, event: unknown): Promise<unknown>;
  /** Makes an installation on the site, opens its store, fires `avi:forge:installed:app`, starts its schedules. Returns the ARI. */
  install(site: Site, options?: DeployOptions): Promise<string>;
  /** Runs `preUninstall`, then closes the installation. Its data is kept for 28 days. */
  uninstall(site: Site): Promise<void>;
  /** `invoke` of the bridge: runs the resolver of a UI module. Rejects with the function's message. */
  invokeResolver(origin: Origin, functionKey: string, payload: unknown): Promise<unknown>;
  /** A signed call to the remote. Never follows redirects. */
  callRemote(origin: Origin, call: RemoteCall): Promise<Response>;
  /** Product event, for instance `avi:jira:deleted:issue`. Delivered at least once. */
  emit(site: Site, event: string, payload: Readonly<Record<string, unknown>>): void;
  /** Fires one scheduled trigger of the site now. */
  runSchedule(site: Site, triggerKey: string): Promise<void>;
  /** The site a system token belongs to, or undefined when the token is unknown or expired. */
  siteOfSystemToken(token: string): Site | undefined;
  close(): Promise<void>;
}
