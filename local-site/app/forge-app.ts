import type { DeployedApp, UiResource } from '../types.ts';
import type { TriggerFilter } from './trigger-filter.ts';

/** Where a trigger, schedule or consumer leads: into a function of the bundle or to an endpoint of a remote. */
export type Target =
  | { readonly kind: 'function'; readonly key: string }
  | { readonly kind: 'endpoint'; readonly key: string };

export interface ForgeFunction {
  readonly key: string;
  /** `<file>.<export>` as the manifest has it. */
  readonly handler: string;
  /** Seconds; absent means the default of the kind of call. */
  readonly timeoutSeconds: number | undefined;
  /** Of this function alone; absent means the app's. */
  readonly memoryMB?: number | undefined;
}

export interface Endpoint {
  readonly key: string;
  readonly remoteKey: string;
  readonly path: string;
  /** `auth.appSystemToken.enabled`. */
  readonly systemToken: boolean;
}

export interface Remote {
  readonly key: string;
  /** Never ends in a slash. Empty when only customers configure it. In a version on a pinned site: the region's own. */
  readonly baseUrl: string;
  /** Addresses for pinned sites, by region. */
  readonly regions: ReadonlyMap<string, string>;
  /** Absent when the manifest has no `operations`. */
  readonly operations: readonly string[] | undefined;
  /** Whether it stores end-user data in scope. A remote without `operations` is assumed to [doc]. */
  readonly inScopeEUD: boolean;
  /** Managed by the customer. */
  readonly configurable: boolean;
  /** `auth.appSystemToken.enabled`: counts for calls from functions only. */
  readonly systemToken: boolean;
}

export interface Trigger {
  readonly key: string;
  readonly events: readonly string[];
  readonly target: Target;
  /** `filter.appIsLicensed`: not called on a site without an active licence. */
  readonly onlyLicensed?: boolean;
  /** The rest of the module's `filter` and `payload`. */
  readonly filter?: TriggerFilter | undefined;
}

export type Interval = 'fiveMinute' | 'hour' | 'day' | 'week';

export interface ScheduledTrigger {
  readonly key: string;
  readonly interval: Interval;
  readonly target: Target;
  /** `filter.appIsLicensed`: not called on a site without an active licence. */
  readonly onlyLicensed?: boolean;
}

export interface Consumer {
  readonly key: string;
  readonly queue: string;
  readonly target: Target;
  /** Only for consumers in the old form `resolver: {function, method}`. */
  readonly method: string | undefined;
  /** Whether it takes events that an earlier version queued. Default false. */
  readonly crossVersion?: boolean;
}

/** What a static web trigger may answer. */
export interface WebTriggerOutput {
  readonly key: string;
  readonly statusCode: number;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

export interface WebTrigger {
  readonly key: string;
  readonly target: Target;
  readonly urlFormat: 'v1' | 'v2';
  /** A web trigger without `response` is dynamic. */
  readonly response: 'static' | 'dynamic';
  /** Of a static one. */
  readonly outputs: readonly WebTriggerOutput[];
}

/** A module with a function that is neither a page nor called by the platform itself: a workflow rule. */
export interface FunctionModule {
  readonly key: string;
  readonly type: string;
  readonly functionKey: string;
}

/** One address that leaves the platform. */
export interface DeclaredEgress {
  /** `fetch.backend`, `fetch.client`, `images`, `fonts` … */
  readonly kind: string;
  /** Remotes are turned into their addresses. */
  readonly address: string;
  readonly category: string | undefined;
  /** Only egress of a category can have end-user data in scope. */
  readonly inScopeEUD: boolean;
}

/** What an admin agrees to beside scopes and remotes. */
export interface DeclaredPermissions {
  /** Scopes with `allowImpersonation: true`. */
  readonly impersonating: readonly string[];
  /** `styles unsafe-inline`, `scripts unsafe-eval` … */
  readonly content: readonly string[];
  readonly egress: readonly DeclaredEgress[];
  /** `permissions.external.configurable.enabled`. */
  readonly customerManagedEgress: boolean;
  /** Client id by provider key. */
  readonly providers: ReadonlyMap<string, string>;
}

export type EnvironmentType = 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';

/** A deployed version of the app, with what only the platform needs to know. */
export interface ForgeApp extends DeployedApp {
  readonly environment: string;
  readonly environmentType: EnvironmentType;
  /** Why this version is a major one; empty for a minor one and for the first. */
  readonly reasons: readonly string[];
  /** `app.licensing.enabled`. Left out it means free. */
  readonly licensed: boolean;
  /** Key of `app.connect.remote`. */
  readonly connectRemote: string | undefined;
  /** Folder that holds the built handler files. */
  readonly bundleDir: string;
  readonly memoryMB: number;
  readonly scopes: ReadonlySet<string>;
  readonly permissions: DeclaredPermissions;
  readonly functions: ReadonlyMap<string, ForgeFunction>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly remotes: ReadonlyMap<string, Remote>;
  readonly triggers: readonly Trigger[];
  readonly schedules: readonly ScheduledTrigger[];
  readonly consumers: readonly Consumer[];
  readonly webTriggers: readonly WebTrigger[];
  readonly functionModules: ReadonlyMap<string, FunctionModule>;
  /** Types of all modules, for what counts by its presence: `sql`, `objectStore`, `migration:dataResidency`. */
  readonly moduleTypes: ReadonlySet<string>;
  readonly preUninstall: { readonly key: string; readonly target: Target } | undefined;
  readonly resources: readonly UiResource[];
  /** Addresses of `permissions.external.fetch.backend`, remotes already turned into URLs. */
  readonly egress: readonly string[];
  /** Runtime environment of the functions. */
  readonly variables: Readonly<Record<string, string>>;
}
