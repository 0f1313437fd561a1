import { SYSTEM_TOKEN_LIVES } from '../tokens/index.ts';
import type { SystemTokenLives } from '../tokens/index.ts';

/**
 * What is not documented about the platform, or what a test wants shorter. A default is the documented value, or the
 * reading that is harder on the app; `[ours]` marks numbers without a source.
 */
export interface PlatformSwitches {
  readonly environmentType: 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';
  readonly systemTokens: SystemTokenLives;
  /** Whether a FIT has `app.installation`. (Default: true) */
  readonly fitContexts: boolean;
  /** Milliseconds after an install in which product calls as the app answer 403. (Default: 0; documented: minutes) */
  readonly permissionLagMs: number;
  /** Longest delay of a product or lifecycle event. (Default: 500 [ours]; documented: up to 3 minutes) */
  readonly eventDelayMs: number;
  /** Share of async events and product events that arrive twice. (Default: 0.01 [ours]) */
  readonly duplicateEvents: number;
  /** Share of schedule runs that happen twice. (Default: 0.01 [ours]) */
  readonly duplicateSchedules: number;
  /** Longest extra delay of an async event: makes them arrive out of order. (Default: 100 [ours]) */
  readonly asyncDelayMs: number;
  /** Time from install to the first run of a schedule. (Default: 5 minutes) */
  readonly firstScheduleMs: number;
  /** Milliseconds: functions called from a page and by product events. (Default: 25,000) */
  readonly functionLimitMs: number;
  /** Milliseconds: consumers and scheduled functions without `timeoutSeconds`, and preUninstall. (Default: 55,000) */
  readonly asyncFunctionLimitMs: number;
  /** Milliseconds: remote calls from a page. (Default: 25,000) */
  readonly remoteUiLimitMs: number;
  /** Milliseconds: events delivered to a remote. (Default: 5,000) */
  readonly remoteEventLimitMs: number;
  /** Retries of an event to a remote, and how far apart. (Default: 4, 60,000 ms) */
  readonly remoteRetries: number;
  readonly remoteRetryDelayMs: number;
  /** Outside requests per started minute of an invocation's time limit. (Default: 100) */
  readonly egressPerMinute: number;
  /** Whether `invokeRemote` counts as one. Not documented. (Default: true) */
  readonly egressCountsInvokeRemote: boolean;
  /** Async events per minute and installation. (Default: 500) */
  readonly queueEventsPerMinute: number;
}

export const PLATFORM_SWITCHES: PlatformSwitches = {
  environmentType: 'DEVELOPMENT',
  systemTokens: SYSTEM_TOKEN_LIVES,
  fitContexts: true,
  permissionLagMs: 0,
  eventDelayMs: 500,
  duplicateEvents: 0.01,
  duplicateSchedules: 0.01,
  asyncDelayMs: 100,
  firstScheduleMs: 5 * 60_000,
  functionLimitMs: 25_000,
  asyncFunctionLimitMs: 55_000,
  remoteUiLimitMs: 25_000,
  remoteEventLimitMs: 5_000,
  remoteRetries: 4,
  remoteRetryDelayMs: 60_000,
  egressPerMinute: 100,
  egressCountsInvokeRemote: true,
  queueEventsPerMinute: 500,
};
