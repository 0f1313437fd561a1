import type { DeployedApp, UiResource } from '../types.ts';

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
  /** Never ends in a slash. */
  readonly baseUrl: string;
  /** Absent when the manifest has no `operations`. */
  readonly operations: readonly string[] | undefined;
  /** `auth.appSystemToken.enabled`: counts for calls from functions only. */
  readonly systemToken: boolean;
}

export interface Trigger {
  readonly key: string;
  readonly events: readonly string[];
  readonly target: Target;
}

export type Interval = 'fiveMinute' | 'hour' | 'day' | 'week';

export interface ScheduledTrigger {
  readonly key: string;
  readonly interval: Interval;
  readonly target: Target;
}

export interface Consumer {
  readonly key: string;
  readonly queue: string;
  readonly target: Target;
  /** Only for consumers in the old form `resolver: {function, method}`. */
  readonly method: string | undefined;
}

/** A deployed version of the app, with what only the platform needs to know. */
export interface ForgeApp extends DeployedApp {
  /** Folder that holds the built handler files. */
  readonly bundleDir: string;
  readonly memoryMB: number;
  readonly scopes: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, ForgeFunction>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly remotes: ReadonlyMap<string, Remote>;
  readonly triggers: readonly Trigger[];
  readonly schedules: readonly ScheduledTrigger[];
  readonly consumers: readonly Consumer[];
  readonly preUninstall: { readonly key: string; readonly target: Target } | undefined;
  readonly resources: readonly UiResource[];
  /** Addresses of `permissions.external.fetch.backend`, remotes already turned into URLs. */
  readonly egress: readonly string[];
  /** Runtime environment of the functions. */
  readonly variables: Readonly<Record<string, string>>;
}
