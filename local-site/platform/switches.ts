import { SYSTEM_TOKEN_LIVES } from '../tokens/index.ts';
import type { SystemTokenLives } from '../tokens/index.ts';

/**
 * What is not documented about the platform, or what a test wants shorter. A default is the documented value, or the
 * reading that is harder on the app; `[ours]` marks numbers without a source.
 */
export interface PlatformSwitches {
  readonly systemTokens: SystemTokenLives;
  /**
   * Number of an environment's first version. `forge register` leaves a skeleton 1.1.0 behind, so that the first one with
   * scopes is usually 2.0.0 [field]. With a first 1.0.0 the second would be 1.1.0, which the Forge CLI takes for "nothing
   * deployed yet" and skips its guard on the Connect key [ran]. (Default: `2.0.0`)
   */
  readonly firstVersion: string;
  /** Within how many milliseconds a minor version reaches its installations. (Default: 0; documented: minutes to 120 hours) */
  readonly rolloutMs: number;
  /** How long new indexes are built after a deploy; nothing can be installed meanwhile. (Default: 0; documented: at least 5 minutes) */
  readonly indexingMs: number;
  /**
   * Whether `storage:app` counts as elevated access: no bulk upgrade over it, and approval at the move from Connect. It did from
   * 2026-04-30 to 05-22 (CHANGE-3206, 3241). Token scopes go with it at that move [?]. (Default: false)
   */
  readonly storageElevates: boolean;
  /** Whether a site with a suspended licence can take no major version; documented for the move from Connect. (Default: true) */
  readonly suspendedBlocksMajor: boolean;
  /** Whether pages of an app with an inactive licence stop working; its triggers go on unless filtered. (Default: true [doc: "inactive"]) */
  readonly inactiveStopsPages: boolean;
  /** Whether a FIT has `app.installation`. (Default: true) */
  readonly fitContexts: boolean;
  /** `icLabel` of every FIT: the name of an Isolated Cloud. (Default: undefined, the claim is absent) */
  readonly icLabel: string | undefined;
  /** Bytes that every FIT's `context` is larger, because some contexts overflow header limits (RFC-138). (Default: 0) */
  readonly fitPaddingBytes: number;
  /** Milliseconds after an install in which product calls as the app answer 403. (Default: 0; documented: minutes) */
  readonly permissionLagMs: number;
  /** Longest usual delay of a product or lifecycle event. (Default: 500 [ours]) */
  readonly eventDelayMs: number;
  /** Share of product and lifecycle events that come later than that, and how late at most. (Default: 0.01 [ours], 3 minutes [doc]) */
  readonly eventLate: number;
  readonly eventLateMs: number;
  /** Share of product and lifecycle events that arrive twice. (Default: 0.01 [ours]) */
  readonly eventDuplicate: number;
  /** How often an event is brought to a function again, when it asks or the platform failed. (Default: 4 [doc]) */
  readonly eventRetries: number;
  /** How long after a time-out or a full memory an event comes again by itself. (Default: 60,000 ms [ours]) */
  readonly eventPlatformRetryMs: number;
  /** ECO-734: `retryData` that is not an object does not come back with a product event. (Default: true [doc]) */
  readonly eco734: boolean;
  /** What an `InvocationError` with more than 4 KB of `retryData` does: nothing at all, or a retry without it. (Default: `refused` [?]) */
  readonly bigRetryData: 'refused' | 'dropped';
  /** Whether `filter.appIsLicensed` counts a site without any licence as licensed. (Default: true: nothing is sold here) */
  readonly licensedByDefault: boolean;
  /** Longest usual delay of an async event. (Default: 100 [ours]) */
  readonly asyncDelayMs: number;
  /** Whether each async event has a delay of its own, so that they arrive out of order. (Default: true [doc: no order]) */
  readonly asyncReorder: boolean;
  /** Share of async events that arrive twice. (Default: 0.01 [ours]; documented: at least once) */
  readonly asyncDuplicate: number;
  /** Share of async events that come much later, and how late at most. (Defaults: 0.01, 30,000 ms [ours]) */
  readonly asyncLate: number;
  readonly asyncLateMs: number;
  /** Wait before the first retry of an async event; it doubles each time, up to the longest. (Defaults: 5,000 ms [ours], 15 minutes [doc]) */
  readonly asyncFirstRetryMs: number;
  readonly asyncLongestRetryMs: number;
  /** Push requests of one invocation and everything that it queued. (Default: 1,000 [doc]) */
  readonly asyncChainLimit: number;
  /** Highest `concurrency.limit` that a push may ask for; undefined for none. (Default: undefined: no figure is known [?]) */
  readonly maxConcurrencyLimit: number | undefined;
  /** ECO-759: an event whose payload and `retryData` are over 200 KB together is not retried. (Default: true [field]) */
  readonly eco759: boolean;
  /** What one event of more than 100 KB for a long consumer does to its push: refuses all of it, or itself only. (Default: `push` [?]) */
  readonly asyncBigEvent: 'push' | 'event';
  /** Share of pushed events that the platform does not take; the push answers 202 and names them. (Default: 0: a fault) */
  readonly asyncPartialFailure: number;
  /**
   * Who takes events that an earlier version queued: any consumer (CHANGE-2526), or only one with `crossVersion`, as the
   * manifest's schema has it; the others are stranded. (Default: `always` [doc])
   */
  readonly asyncAcrossVersions: 'always' | 'crossVersion';
  /** Time from deploy or install to the first run of a schedule. (Default: 5 minutes [doc]) */
  readonly firstScheduleMs: number;
  /**
   * How far apart the installations run: all within a minute after the first run's time, or over the whole interval. Documented
   * are both "about 5 minutes after deploy" and "evenly across the interval". (Default: `minute`)
   */
  readonly scheduleSpread: 'minute' | 'interval';
  /** Share of schedule runs that happen twice. (Default: 0.01 [ours]) */
  readonly scheduledDuplicate: number;
  /** Share of due runs at which a schedule of an installation stops without a word, and for how long. (Defaults: 0: a fault; 36 hours [field]) */
  readonly scheduledStops: number;
  readonly scheduledStopMs: number;
  /** Whether a schedule that calls an endpoint is retried like an event. (Default: true [doc for events, ? for schedules]) */
  readonly scheduleEndpointRetries: boolean;
  /** Milliseconds: functions called from a page, by product events and by workflow rules. (Default: 25,000) */
  readonly functionLimitMs: number;
  /** Milliseconds: consumers and scheduled functions without `timeoutSeconds`, and preUninstall. (Default: 55,000) */
  readonly asyncFunctionLimitMs: number;
  /** Milliseconds: web triggers. (Default: 55,000) */
  readonly webTriggerLimitMs: number;
  /** Console lines per started minute of an invocation's time limit, and bytes per invocation. (Defaults: 100, 200 KB) */
  readonly logLinesPerMinute: number;
  readonly logBytes: number;
  /** Whether a rejection that nobody handles fails its invocation. (Default: true, as Node does; the platform: [?]) */
  readonly unhandledRejectionFails: boolean;
  /**
   * How long, in real milliseconds, calls still work that a function makes after it has returned. Its code may go on for a
   * while on the platform, no one says how long. (Default: 0)
   */
  readonly callsAfterReturnMs: number;
  /** Calls of one user in a minute: `invoke` and `invokeRemote` of pages. (Default: 1,200) */
  readonly userCallsPerMinute: number;
  /** The same for all users of an installation and its web triggers, in a minute and in a second. (Defaults: 7,000, 300) */
  readonly installationCallsPerMinute: number;
  readonly installationCallsPerSecond: number;
  /** Requests a minute to get, make and delete addresses of web triggers. (Defaults: 1,000, 500, 500) */
  readonly webTriggerGetsPerMinute: number;
  readonly webTriggerCreatesPerMinute: number;
  readonly webTriggerDeletesPerMinute: number;
  /** Milliseconds: remote calls from a page. (Default: 25,000) */
  readonly remoteUiLimitMs: number;
  /** Milliseconds: events delivered to a remote. (Default: 5,000) */
  readonly remoteEventLimitMs: number;
  /** Retries of an event to a remote, and how far apart. (Default: 4, 60,000 ms) */
  readonly remoteRetries: number;
  readonly remoteRetryDelayMs: number;
  /** Outside requests per started minute of an invocation's time limit. (Default: 100) */
  readonly egressPerMinute: number;
  /** Whether `invokeRemote` counts as one, and a request to storage. Not documented. (Defaults: true) */
  readonly egressCountsInvokeRemote: boolean;
  readonly egressCountsStorage: boolean;
  /** What one outside request too many gets: an answer 429, or an exception in the function. (Default: `answer` [?]) */
  readonly egressOverLimit: 'answer' | 'exception';
  /** Milliseconds that one outside request may take. (Default: 180,000) */
  readonly outsideRequestLimitMs: number;
  /** Async events per minute and installation. (Default: 500) */
  readonly queueEventsPerMinute: number;
}

export const PLATFORM_SWITCHES: PlatformSwitches = {
  systemTokens: SYSTEM_TOKEN_LIVES,
  firstVersion: '2.0.0',
  rolloutMs: 0,
  indexingMs: 0,
  storageElevates: false,
  suspendedBlocksMajor: true,
  inactiveStopsPages: true,
  fitContexts: true,
  icLabel: undefined,
  fitPaddingBytes: 0,
  permissionLagMs: 0,
  eventDelayMs: 500,
  eventLate: 0.01,
  eventLateMs: 3 * 60_000,
  eventDuplicate: 0.01,
  eventRetries: 4,
  eventPlatformRetryMs: 60_000,
  eco734: true,
  bigRetryData: 'refused',
  licensedByDefault: true,
  asyncDelayMs: 100,
  asyncReorder: true,
  asyncDuplicate: 0.01,
  asyncLate: 0.01,
  asyncLateMs: 30_000,
  asyncFirstRetryMs: 5_000,
  asyncLongestRetryMs: 15 * 60_000,
  asyncChainLimit: 1_000,
  maxConcurrencyLimit: undefined,
  eco759: true,
  asyncBigEvent: 'push',
  asyncPartialFailure: 0,
  asyncAcrossVersions: 'always',
  firstScheduleMs: 5 * 60_000,
  scheduleSpread: 'minute',
  scheduledDuplicate: 0.01,
  scheduledStops: 0,
  scheduledStopMs: 36 * 60 * 60_000,
  scheduleEndpointRetries: true,
  functionLimitMs: 25_000,
  asyncFunctionLimitMs: 55_000,
  webTriggerLimitMs: 55_000,
  logLinesPerMinute: 100,
  logBytes: 200 * 1024,
  unhandledRejectionFails: true,
  callsAfterReturnMs: 0,
  userCallsPerMinute: 1_200,
  installationCallsPerMinute: 7_000,
  installationCallsPerSecond: 300,
  webTriggerGetsPerMinute: 1_000,
  webTriggerCreatesPerMinute: 500,
  webTriggerDeletesPerMinute: 500,
  remoteUiLimitMs: 25_000,
  remoteEventLimitMs: 5_000,
  remoteRetries: 4,
  remoteRetryDelayMs: 60_000,
  egressPerMinute: 100,
  egressCountsInvokeRemote: true,
  egressCountsStorage: true,
  egressOverLimit: 'answer',
  outsideRequestLimitMs: 180_000,
  queueEventsPerMinute: 500,
};
