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
  /** Keys of the only projects this person may enter. Absent: all of them. */
  readonly projects?: readonly string[];
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
  /** The app's licence here. It counts for paid apps in production only. (Default: `active`) */
  licence?: Licence;
  /** Where the site's data is pinned: `EU`, `US` … Absent: not pinned. */
  region?: string;
}

/** `suspended`: a payment is missing; the app is inactive, its data is kept. `none`: there is no licence at all. */
export type Licence = 'active' | 'suspended' | 'none';

/** An answer of a room to a REST-like call, before it becomes HTTP. */
export interface Answer {
  readonly status: number;
  /** JSON body; absent means an empty body. */
  readonly body?: unknown;
  /** The body as JSON text, where the room had it anyway: who writes the answer to a socket need not make it again. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that the local site does not model. It was answered with 501 and is listed at exit. */
export interface UnmodelledCall {
  readonly room: string;
  readonly what: string;
  readonly count: number;
}

/** The first call of its kind, to find out who made it. */
export interface UnmodelledExample extends UnmodelledCall {
  /** The site's time of the first one, epoch milliseconds. */
  readonly firstAt: number;
  /** Where in the local site it was refused. */
  readonly stack: readonly string[];
  /** Its headers; the values of those that may hold a secret are left out. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where every room reports what it does not model. */
export interface UnmodelledRegister {
  /** Records the call and returns the 501 answer `{ code: 'NOT_MODELLED', message }`. */
  refuse(
    room: string,
    what: string,
    headers?: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Answer;
  list(): readonly UnmodelledCall[];
  /** As {@link UnmodelledRegister.list}, each with its first example. */
  examples?(): readonly UnmodelledExample[];
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
  /** Bytes that Atlassian would bill (forge-platform-pricing); unlike units they are not rounded up. */
  readonly billedReadBytes: number;
  readonly billedWriteBytes: number;
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
   * `/transaction` … `body` is the raw JSON text, because its size is what is charged. May be called long after its caller
   * gave up: it takes effect when it is called, conditions and all. `door` tells calls of remotes apart, which may have a
   * limit of their own.
   */
  handle(
    installationId: string,
    operation: string,
    body: string,
    door?: 'rest' | 'function',
  ): Promise<Answer>;
  /** Makes an empty store for a new installation. Idempotent. */
  open(installationId: string): void;
  /** The entities of the version this installation runs. */
  declare(installationId: string, entities: readonly EntitySchema[]): void;
  usage(installationId: string): StorageUsage;
  /** Every item of one installation, strict, outside all quotas; for tests, checks and the control page. */
  inspect(installationId: string): Iterable<StoredItem>;
  /** Keeps what an installation holds now, to come back to it. Returns the snapshot's id. */
  snapshot(installationId: string): string;
  /** Puts an installation back to a snapshot: whatever was written since is gone, as after a restore of a site. */
  restore(installationId: string, snapshotId: string): void;
  /** Copies everything of one installation into another one, as the platform does for a copy of a site. */
  clone(fromInstallationId: string, toInstallationId: string): void;
  /**
   * Marks an installation's data as deleted. It is kept for 28 days (of the store's clock), then removed for good
   * (forge-storage facts, section 16).
   */
  retire(installationId: string): void;
  /**
   * What Atlassian's support does on request within 21 days of an uninstall: the data of a retired installation becomes the
   * data of a new one. Returns false when the data is gone.
   */
  relink(retiredInstallationId: string, installationId: string): boolean;
  close(): void;
}

// ---------------------------------------------------------------- faults

/** Where a fault can strike. One word per border that a message crosses. */
export type Border =
  /** A remote calls Forge storage over REST. */
  | 'storage.rest'
  /** A function calls Forge storage through the SDK. */
  | 'storage.function'
  /** Jira's REST API, called with a system token or from a function. */
  | 'jira.app'
  /** Jira's REST API, called with a Connect JWT or from a page. */
  | 'jira.site'
  /** The platform runs a function. */
  | 'invoke'
  /** The platform calls the app's remote for a page or a function. */
  | 'remote'
  /** The platform calls the app's remote for an event or a schedule. */
  | 'remote.event'
  /** An event of the product or of the life cycle, before it is delivered. */
  | 'event'
  /** An async event, before it is delivered. */
  | 'queue'
  /** One run of a scheduled trigger. */
  | 'schedule'
  /** A Connect webhook. */
  | 'webhook'
  /** A Connect lifecycle callback. */
  | 'lifecycle';

/** What a border has to do differently while it performs, because only the border can. Empty for most calls. */
export interface FaultOrder {
  /** Border `invoke`: kill the function's process this many milliseconds (of real time) after the call reached it. */
  readonly crashAfterMs?: number;
  /** Borders that carry a token: it is no longer valid when it arrives. Shared secrets stay as they are. */
  readonly expireToken?: boolean;
}

/** What every border passes through. */
export interface FaultGate {
  /**
   * Does `perform`, unless the plan of faults says otherwise: not at all, twice, later, slowly, or without telling the
   * caller. `what` is a short text without secrets and without random parts, for instance `acme /batch/set`: it names the
   * call in scripts and in the log. `refuse` makes the border's own answer for a status (429 or 5xx).
   *
   * @throws LostError when the caller must not get an answer: an HTTP border then drops the connection.
   */
  pass<T>(
    border: Border,
    what: string,
    perform: (order: FaultOrder) => Promise<T>,
    refuse: (status: number) => T,
  ): Promise<T>;
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
  readonly summary: string;
  readonly type: string;
  /** One of the project's workflow. */
  readonly statusId: string;
  readonly properties: ReadonlyMap<string, unknown>;
}

/**
 * Who makes a REST call, after authentication. `via` says whose credentials the call came with, because an app may do no more
 * than its scopes: `connect` for a Connect JWT, `forge` for a function, a remote's token or the bridge. A person without `via`
 * is in the product itself and has no scopes. An app without `via` counts as `connect` on a Connect site, else as `forge`.
 */
export type Caller =
  | { readonly kind: 'app'; readonly via?: 'connect' | 'forge' }
  | { readonly kind: 'user'; readonly accountId: string; readonly via?: 'connect' | 'forge' };

/** A module of the app on one site, of either face. `type` is without `jira:` for Connect, and with it for Forge. */
export interface SiteModule {
  readonly face: 'connect' | 'forge';
  readonly type: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `new` is To Do, `indeterminate` is In Progress (Jira's own keys). */
export type StatusCategory = 'new' | 'indeterminate' | 'done';

export interface WorkflowStatus {
  readonly id: string;
  readonly name: string;
  readonly category: StatusCategory;
}

export type RuleKind = 'condition' | 'validator' | 'postFunction';

/** A rule of the app on one transition. It lives in Jira and outlives the app's move from Connect to Forge. */
export interface WorkflowRule {
  /** UUID; `{postFunction.id}` of Connect, `postFunction.id` of Forge. */
  readonly id: string;
  readonly kind: RuleKind;
  readonly moduleKey: string;
  /**
   * How it was last saved. A rule saved by Connect runs in the Forge module of the same key once that is on the site, and stays
   * `connect`; saving it there makes it `forge`, and no Connect module runs it again (one-way door).
   */
  readonly savedAs: 'connect' | 'forge';
  /** What the configuration page returned: JSON text, as the app wrote it. Absent: never configured. */
  readonly configuration?: string;
}

export interface WorkflowTransition {
  readonly id: string;
  readonly name: string;
  /** Ids of statuses it leads from. Empty: from every status. */
  readonly from: readonly string[];
  readonly to: string;
  readonly rules: readonly WorkflowRule[];
}

/** The workflow of one project. The first status is the one of a new issue. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly projectKey: string;
  readonly statuses: readonly WorkflowStatus[];
  readonly transitions: readonly WorkflowTransition[];
}

/** What the workflow editor offers to add: one module of the app. */
export interface RuleModule {
  readonly kind: RuleKind;
  readonly name: string;
  readonly description: string;
  readonly module: SiteModule;
}

/** A rule as the editor shows it. */
export interface RuleView {
  readonly rule: WorkflowRule;
  readonly transition: WorkflowTransition;
  /** The module that runs the rule now. Absent: none does; a condition and a validator then refuse, a post function is skipped. */
  readonly module?: RuleModule;
  /** The summary: of Forge's `configurationDescription`, else the module's description. */
  readonly summary: string;
}

export interface RuleSeed {
  readonly transitionId: string;
  readonly kind: RuleKind;
  readonly moduleKey: string;
  /** JSON text of `onConfigure` (Forge) or `WorkflowConfiguration.onSave` (Connect). */
  readonly configuration?: string;
}

/** Workflows and their rules. A change throws JiraError for what does not exist or is too large. */
export interface Workflows {
  of(site: Site, projectIdOrKey: string): Workflow | undefined;
  /** Modules of the app that can be added as rules on this site now. */
  ruleModules(site: Site): readonly RuleModule[];
  rules(site: Site, projectIdOrKey: string): readonly RuleView[];
  /** Adds a rule, saved as the face of the module that stands under the key now. */
  addRule(site: Site, projectIdOrKey: string, seed: RuleSeed): WorkflowRule;
  /** Saves a rule again, as the face of the module that runs it now: the one-way door. */
  editRule(site: Site, projectIdOrKey: string, ruleId: string, configuration: string): WorkflowRule;
  removeRule(site: Site, projectIdOrKey: string, ruleId: string): boolean;
}

/** One gadget on a dashboard. The placement, its properties and its configuration live in Jira. */
export interface DashboardGadget {
  readonly id: string;
  /** Key under which it was placed, which a migration to Forge does not change. */
  readonly moduleKey: string;
  readonly placedAs: 'connect' | 'forge';
  readonly title: string;
  /** Counted from 0. */
  readonly column: number;
  readonly row: number;
  /** What a Forge gadget's edit view submitted: `extension.gadgetConfiguration`. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Dashboard item properties, by key; a Connect dashboard item keeps its configuration there. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Dashboard {
  readonly id: string;
  readonly name: string;
  readonly ownerAccountId: string;
  readonly gadgets: readonly DashboardGadget[];
}

export interface Dashboards {
  list(site: Site): readonly Dashboard[];
  get(site: Site, dashboardId: string): Dashboard | undefined;
  add(site: Site, name: string, ownerAccountId: string): Dashboard;
  remove(site: Site, dashboardId: string): boolean;
  /** Modules of the app that can be placed on this site now. */
  gadgetModules(site: Site): readonly SiteModule[];
  /** Places a gadget at the end of the first column. Throws when no module has the key. */
  addGadget(site: Site, dashboardId: string, moduleKey: string): DashboardGadget;
  removeGadget(site: Site, dashboardId: string, gadgetId: string): boolean;
  configureGadget(
    site: Site,
    dashboardId: string,
    gadgetId: string,
    configuration: Readonly<Record<string, unknown>>,
  ): void;
  /**
   * The module that shows a placed gadget now: a Connect item under its key, or the Forge gadget whose `connectKeys` name it.
   * A Forge gadget with `connectKeys` matches those only, not its own key [Forge docs, jira:dashboardGadget].
   */
  moduleOf(site: Site, gadget: DashboardGadget): SiteModule | undefined;
}

/** A name that JQL knows for a part of an entity property. */
export interface PropertyAlias {
  /** Absent where the app gave none: then only `issue.property[key].path` reaches it. */
  readonly alias?: string;
  readonly entityType: string;
  readonly propertyKey: string;
  /** Names parted by dots. */
  readonly path: string;
  readonly type: 'number' | 'string' | 'text' | 'date' | 'user';
}

/** What Jira Automation does to issues, as its own actor `Automation for Jira`. */
export interface Automation {
  /** Sets an entity property of an issue; webhooks and product events follow. Throws for an unknown issue. */
  setProperty(site: Site, issueIdOrKey: string, key: string, value: unknown): Promise<void>;
}

export interface Jira {
  addSite(site: Site): void;
  addProject(site: Site, key: string, name: string): { id: string; key: string };
  addIssue(site: Site, seed: IssueSeed): Issue;
  issue(site: Site, idOrKey: string): Issue | undefined;
  /** Also fires the Connect webhook and the product event. */
  deleteIssue(site: Site, idOrKey: string): Promise<boolean>;
  /** Also fires the webhook and the product event; the issues go without events of their own, as in Jira. */
  deleteProject(site: Site, idOrKey: string): Promise<boolean>;
  /**
   * Gives one permission (`EDIT_ISSUES` …) of one project to these people only; `everyone` puts it back to the default.
   * `BROWSE_PROJECTS` is what all others need.
   */
  grant(
    site: Site,
    projectIdOrKey: string,
    permission: string,
    to: readonly string[] | 'everyone',
  ): void;
  /** Whether a person has a permission (`EDIT_ISSUES` …): a global one, one in this project, or, without it, in any project. */
  permits(site: Site, accountId: string, permission: string, projectIdOrKey?: string): boolean;
  readonly workflows: Workflows;
  readonly dashboards: Dashboards;
  readonly automation: Automation;
  /** What the app of this site has asked Jira to index. */
  propertyAliases(site: Site): readonly PropertyAlias[];
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
