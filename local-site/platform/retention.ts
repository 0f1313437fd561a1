const HOUR_MS = 60 * 60_000;
const RETENTION_MS = 24 * HOUR_MS;
const LONGEST_EXTENSION_MS = 72 * HOUR_MS;

/**
 * How long an async event is kept: 24 hours from the push, and as much longer as retries after the platform's own errors
 * made it wait, up to another 72 hours (`runtime-reference/async-events-api`, retention window).
 */
export function retentionEnd(pushedAt: number, platformWaitMs: number): number {
  return pushedAt + RETENTION_MS + Math.min(LONGEST_EXTENSION_MS, platformWaitMs);
}
