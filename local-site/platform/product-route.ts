import { NO_FAULTS } from '../faults/index.ts';
import type { Answer, Caller, Clock, FaultGate, Jira } from '../types.ts';
import type { Installation } from './installations.ts';
import type { InvocationRecord } from './invocation-records.ts';
import { jiraRefusal } from './refusals.ts';
import type { RouteRequest } from './route.ts';
import type { PlatformSwitches } from './switches.ts';

export interface ProductRouteParts {
  readonly jira: () => Jira;
  readonly clock: Clock;
  readonly switches: PlatformSwitches;
  /** (Default: nothing goes wrong) */
  readonly faults?: FaultGate;
}

const NEEDS_AUTHENTICATION: Answer = {
  status: 401,
  headers: { 'forge-proxy-error': 'NEEDS_AUTHENTICATION_ERR' },
};

/**
 * `requestJira` of a function. `asUser()` without a user is refused the way the SDK expects. `requestJira` without as… has
 * no credentials and is answered 401.
 */
export async function productRoute(
  parts: ProductRouteParts,
  record: InvocationRecord,
  provider: string,
  account: string | undefined,
  request: RouteRequest,
): Promise<Answer> {
  const { installation } = record;
  if (provider === 'none') {
    return { status: 401, body: { code: 401, message: 'Unauthorized; use asApp() or asUser().' } };
  }
  const accountId = account ?? record.accountId;
  if (provider === 'user' && accountId === undefined) return NEEDS_AUTHENTICATION;
  const caller: Caller =
    provider === 'user' && accountId !== undefined
      ? { kind: 'user', accountId, via: 'forge' }
      : { kind: 'app', via: 'forge' };
  const body = request.body.length > 0 ? request.body.toString('utf8') : undefined;
  const { method, target } = request;
  return (parts.faults ?? NO_FAULTS).pass(
    'jira.app',
    jiraCallText(installation, method, target),
    () => callJira(parts, installation, caller, method, target, body),
    jiraRefusal,
  );
}

/** How a call of Jira's REST API is named to the faults: without its query. */
export function jiraCallText(
  installation: Installation | undefined,
  method: string,
  path: string,
): string {
  return `${installation?.site.slug ?? 'unknown'} ${method} ${path.split('?')[0] ?? path}`;
}

/**
 * Jira's REST API for an installed app. For a while after the install the app's user has no permissions yet
 * (switch `permissionLagMs`).
 */
export async function callJira(
  parts: ProductRouteParts,
  installation: Installation,
  caller: Caller,
  method: string,
  path: string,
  body: string | undefined,
): Promise<Answer> {
  const { clock, switches, jira } = parts;
  const age = clock.now() - installation.installedAt;
  if (caller.kind === 'app' && age < switches.permissionLagMs) {
    return { status: 403, body: { errorMessages: ['The app has no permissions yet.'] } };
  }
  return jira().rest(installation.site, caller, method, path, body);
}
