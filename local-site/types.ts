/**
 * The words the rooms of the local site share, and the doors between them. A room knows the others only through these
 * interfaces; `index.ts` is the one place that makes them and hands them to each other.
 *
 * - **site**: one pretend Jira Cloud site (a tenant of the app). Several sites live in one local site.
 * - **generation**: what is installed there now: nothing, the Connect app, or the hybrid (Connect on Forge).
 * - **platform**: the pretend Forge platform: deployed versions, installations, functions, tokens, events, storage.
 */

/** Time enters as an argument everywhere. `now` is epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

export type Generation = 'none' | 'connect' | 'hybrid';

/** One Jira user. `groups` holds `administrators` for admins. */
export interface User {
  readonly accountId: string;
  readonly displayName: string;
  readonly admin: boolean;
  /** False: may log in, but has no permission in any project. Default true. */
  readonly projectAccess?: boolean;
}

/** One pretend Jira Cloud site. Identity never changes; `generation` and what follows it do. */
export interface Site {
  readonly slug: string;
  readonly displayName: string;
  /** Stable across reinstall; a bare UUID. */
  readonly cloudId: string;
  /** Stable across the move from Connect to Forge. */
  readonly clientKey: string;
  /** `http://localhost:<port>` for the first site, `…/sites/<slug>` for the others. Never ends in a slash. */
  readonly baseUrl: string;
  readonly users: readonly User[];
  generation: Generation;
  /** Full ARI `ari:cloud:ecosystem::installation/<uuid>`, present in generation `hybrid`. */
  installationId?: string;
}

/** An answer of a room to a REST-like call, before it becomes HTTP. */
export interface Answer {
  readonly status: number;
  /** JSON body; absent means an empty body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that the local site does not model. It was answered with 501 and is listed at exit. */
export interface UnmodelledCall {
  readonly room: string;
  readonly what: string;
  readonly count: number;
}

/** Where every room reports what it does not model. */
export interface UnmodelledRegister {
  /** Records the call and returns the 501 answer `{ code: 'NOT_MODELLED', message }`. */
  refuse(room: string, what: string): Answer;
  list(): readonly UnmodelledCall[];
}

// ---------------------------------------------------------------- storage

/** One custom entity as the manifest declares it (`app.storage.entities[]`). */
export interface EntitySchema {
  readonly name: string;
  readonly attributes: Readonly<Record<string, 'string' | 'integer' | 'float' | 'boolean' | 'any'>>;
  readonly indexes: readonly EntityIndex[];
}

export interface EntityIndex {
  readonly name: string;
  readonly partition: readonly string[];
  readonly range: readonly string[];
}

export interface StorageUsage {
  /** Units of 10 KB charged since the installation was made. */
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly requests: number;
  /** Requests answered 429. */
  readonly throttled: number;
}

export interface StoredItem {
  /** Absent for plain key-value items. */
  readonly entityName?: string;
  readonly key: string;
  readonly value: unknown;
}

/** The key-value store and the custom entity store of every installation, behind the SDK's own wire. */
export interface ForgeStore {
  /**
   * One call as it stands on the wire. `operation` is the path without its version prefix: `/get`, `/entity/query`,
   * `/transaction` … `body` is the raw JSON text, because its size is what is charged.
   */
  handle(installationId: string, operation: string, body: string): Promise<Answer>;
  /** Makes an empty store for a new installation. Idempotent. */
  open(installationId: string): void;
  /** The entities of the version this installation runs. */
  declare(installationId: string, entities: readonly EntitySchema[]): void;
  usage(installationId: string): StorageUsage;
  /** Every item of one installation, strict, outside all quotas; for tests, checks and the control page. */
  inspect(installationId: string): Iterable<StoredItem>;
  close(): void;
}

// ---------------------------------------------------------------- platform

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
  readonly connectKey: string;
  /** Base URL of `app.connect.remote`. */
  readonly connectBaseUrl: string;
  readonly connectModules: readonly ConnectModule[];
  readonly uiModules: readonly UiModule[];
  /** Folders that the Custom UI origin serves. Absent: the app has no Custom UI. */
  readonly resources?: readonly UiResource[];
  readonly contentPermissions?: ContentPermissions;
  readonly entities: readonly EntitySchema[];
}

export interface ForgePlatform {
  /** Reads manifest.yml and the built bundle of `appDir`; `variables` fill `environment.variables` and `${…}`. */
  deploy(appDir: string, variables: Readonly<Record<string, string>>): Promise<DeployedApp>;
  readonly app: DeployedApp | undefined;
  /** Makes an installation on the site, opens its store, fires `avi:forge:installed:app`, starts its schedules. Returns the ARI. */
  install(site: Site): Promise<string>;
  /** Runs `preUninstall`, then closes the installation. Its store is kept. */
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

// ---------------------------------------------------------------- Jira and Connect

export interface IssueSeed {
  readonly projectKey: string;
  readonly summary: string;
  readonly type?: string;
  /** Plain text; paragraphs are parted by an empty line. */
  readonly description?: string;
}

export interface Issue {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  readonly projectKey: string;
  summary: string;
  readonly type: string;
  readonly properties: Map<string, unknown>;
}

/** Who makes a REST call, after authentication. */
export type Caller =
  { readonly kind: 'app' } | { readonly kind: 'user'; readonly accountId: string };

export interface Jira {
  addSite(site: Site): void;
  addProject(site: Site, key: string, name: string): { id: string; key: string };
  addIssue(site: Site, seed: IssueSeed): Issue;
  issue(site: Site, idOrKey: string): Issue | undefined;
  /** Also fires the Connect webhook and the product event. */
  deleteIssue(site: Site, idOrKey: string): Promise<boolean>;
  /** Jira's REST API below the site, `path` from `/rest/` on, query string included. */
  rest(
    site: Site,
    caller: Caller,
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<Answer>;
}

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
  /** Posts the webhook to every module that listens to `event`. */
  webhook(site: Site, event: string, body: Readonly<Record<string, unknown>>): Promise<void>;
  /** Who calls Jira's REST API with this Connect JWT; undefined when it does not verify. */
  callerOfJwt(site: Site, authorization: string, method: string, path: string): Caller | undefined;
  /** PEM of an install key, for `GET /install-keys/<kid>`. */
  installKey(kid: string): string | undefined;
}
