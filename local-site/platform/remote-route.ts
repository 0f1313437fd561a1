import { MAX_PAYLOAD_BYTES } from '../functions/index.ts';
import type { SystemTokens } from '../tokens/index.ts';
import { answerOf, takeEgress } from './egress-route.ts';
import type { InvocationRecord } from './invocation-records.ts';
import { PlatformError } from './platform-error.ts';
import type { RemoteCaller } from './remote-caller.ts';
import type { RouteAnswer, RouteRequest } from './route.ts';
import type { PlatformSwitches } from './switches.ts';
import { mayHaveSystemToken } from './system-token-rule.ts';

export interface RemoteRouteParts {
  readonly remotes: RemoteCaller;
  readonly tokens: SystemTokens;
  readonly switches: PlatformSwitches;
}

/**
 * `invokeRemote` of a function. Tokens follow `remotes[].auth`, never `endpoint.auth`; the FIT has no `context`. An
 * unknown remote, and one whose `operations` lack `compute`, is what the SDK calls an invalid remote.
 */
export async function remoteRoute(
  parts: RemoteRouteParts,
  record: InvocationRecord,
  remoteKey: string,
  request: RouteRequest,
): Promise<RouteAnswer> {
  const { remotes, tokens, switches } = parts;
  const { installation } = record;
  const remote = installation.app.remotes.get(remoteKey);
  const mayCompute = remote?.operations?.includes('compute') ?? true;
  if (remote === undefined || !mayCompute) {
    return { status: 400, headers: { 'forge-proxy-error': 'INVALID_REMOTE' } };
  }
  if (request.body.length > MAX_PAYLOAD_BYTES) return { status: 413 };
  if (switches.egressCountsInvokeRemote && !takeEgress(record)) {
    return { status: 429, body: 'Too many outside requests in this invocation.' };
  }
  const withToken = remote.systemToken && mayHaveSystemToken(installation.app);
  try {
    const response = await remotes.call(installation, {
      remote,
      path: request.target,
      method: request.method,
      headers: request.headers,
      body: request.body.length > 0 ? request.body.toString('utf8') : undefined,
      timeLimit: switches.remoteUiLimitMs,
      systemToken: withToken ? tokens.issue(installation.id, 'function') : undefined,
      module: { type: 'core:endpoint', key: record.moduleKey },
    });
    return await answerOf(response);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const status = error.code === 'remote_timeout' ? 504 : 502;
    const body = JSON.stringify({ code: error.code, message: error.message });
    return { status, headers: { 'content-type': 'application/json' }, body };
  }
}
