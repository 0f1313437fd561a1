import { SWITCH_DEFAULTS } from '../../local-site/cli/switch-defaults.ts';
import type { UpgradeOptions } from '../../local-site/types.ts';

/** The choices of an upgrade in place; the type makes a new one show up here. */
const UPGRADE: Readonly<Record<keyof UpgradeOptions, true>> = {
  postInstalled: true,
  rotateSecret: true,
};

/** Every switch of the local site as the register names it. */
export function localSwitches(): ReadonlySet<string> {
  const rooms = Object.entries(SWITCH_DEFAULTS).flatMap(([room, defaults]) =>
    Object.keys(defaults).map((name) => `${room}.${name}`),
  );
  return new Set([...rooms, ...Object.keys(UPGRADE).map((name) => `upgrade.${name}`)]);
}

const SHORTER = 'A documented number that a test wants shorter.';
const SIZE = 'How much, how late or how long; whether at all is a switch of its own.';
const FAULT = 'A fault, off unless a test asks for it.';

/** Switches that read nothing unknown, and why they are there. */
export const SETTINGS: Readonly<Record<string, string>> = {
  'platform.functionLimitMs': SHORTER,
  'platform.asyncFunctionLimitMs': SHORTER,
  'platform.webTriggerLimitMs': SHORTER,
  'platform.remoteUiLimitMs': SHORTER,
  'platform.remoteEventLimitMs': SHORTER,
  'platform.remoteRetryDelayMs': SHORTER,
  'platform.outsideRequestLimitMs': SHORTER,
  'platform.asyncLongestRetryMs': SHORTER,
  'platform.egressPerMinute': SHORTER,
  'platform.queueEventsPerMinute': SHORTER,
  'platform.logLinesPerMinute': SHORTER,
  'platform.logBytes': SHORTER,
  'platform.userCallsPerMinute': SHORTER,
  'platform.installationCallsPerMinute': SHORTER,
  'platform.installationCallsPerSecond': SHORTER,
  'platform.webTriggerGetsPerMinute': SHORTER,
  'platform.webTriggerCreatesPerMinute': SHORTER,
  'platform.webTriggerDeletesPerMinute': SHORTER,
  'platform.eventLate': SIZE,
  'platform.eventLateMs': SIZE,
  'platform.eventPlatformRetryMs': SIZE,
  'platform.asyncDelayMs': SIZE,
  'platform.asyncLateMs': SIZE,
  'platform.asyncFirstRetryMs': SIZE,
  'platform.scheduledStopMs': SIZE,
  'platform.asyncPartialFailure': FAULT,
  'jira.pageTokenLifeMs': SIZE,
};
