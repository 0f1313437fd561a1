import type { ConnectSwitches } from '../connect/index.ts';
import { JIRA_SWITCHES } from '../jira/options.ts';
import { PLATFORM_SWITCHES } from '../platform/switches.ts';
import { DEFAULT_SWITCHES } from '../storage/switches.ts';
import { TENANT_SWITCHES } from '../tenants/index.ts';

const CONNECT_SWITCHES: ConnectSwitches = { hybridAcceptsAny2xx: false };

/** Every switch of the local site with its default, by the room whose options take it. */
export const SWITCH_DEFAULTS = {
  platform: PLATFORM_SWITCHES,
  storage: DEFAULT_SWITCHES,
  connect: CONNECT_SWITCHES,
  tenants: TENANT_SWITCHES,
  jira: JIRA_SWITCHES,
} as const;
