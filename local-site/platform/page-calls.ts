import { randomUUID } from 'node:crypto';
import { FunctionError } from '../functions/index.ts';
import type { SystemTokens } from '../tokens/index.ts';
import type { Origin, RemoteCall } from '../types.ts';
import type { Installation } from './installations.ts';
import type { Invoker } from './invoker.ts';
import { PlatformError } from './platform-error.ts';
import type { RemoteCaller } from './remote-caller.ts';
import type { RemoteRequest } from './remote-request.ts';
import type { PlatformSwitches } from './switches.ts';
import type { UserLedRates } from './user-led-rates.ts';
import { mayHaveSystemToken } from './system-token-rule.ts';

/** A request from a page is limited to 500 KB (`limits-invocation`). */
const MAX_PAGE_REQUEST_BYTES = 500 * 1024;

export interface PageCallsParts {
  readonly invoker: Invoker;
  readonly remotes: RemoteCaller;
  readonly tokens: SystemTokens;
  readonly switches: PlatformSwitches;
  readonly rates: UserLedRates;
}

/** What a page of the app asks for: `invoke` and the calls to remotes. */
export class PageCalls {
  readonly #parts: PageCallsParts;

  constructor(parts: PageCallsParts) {
    this.#parts = parts;
  }

  /** Runs the resolver of the module. Rejects with the function's own message. */
  async invokeResolver(
    installation: Installation,
    origin: Origin,
    functionKey: string,
    payload: unknown,
  ): Promise<unknown> {
    const module = installation.app.uiModules.find(({ key }) => key === origin.moduleKey);
    if (module?.resolverFunction === undefined) {
      throw new PlatformError('unknown_module', `Module '${origin.moduleKey}' has no resolver.`);
    }
    if (Buffer.byteLength(JSON.stringify(payload ?? null)) > MAX_PAGE_REQUEST_BYTES) {
      throw new FunctionError('PAYLOAD_TOO_BIG', 'A request from a page is limited to 500 KB.');
    }
    this.#parts.rates.require(installation.id, origin.accountId);
    const context = {
      ...pageContext(installation, origin),
      environmentId: installation.app.environmentId,
      environmentType: installation.app.environmentType,
      ...(origin.accountId === undefined ? {} : { accountId: origin.accountId }),
    };
    return this.#parts.invoker.call(installation, {
      kind: 'page',
      functionKey: module.resolverFunction,
      moduleKey: origin.moduleKey,
      moduleType: origin.moduleType,
      event: { call: { functionKey, payload }, context },
      accountId: origin.accountId,
    });
  }

  /**
   * Runs the function of a workflow rule and the like, without a user. Its event gets `context`, its result comes back as it is.
   * A wish for a retry is not granted: the caller waits for this answer.
   */
  async invokeModule(
    installation: Installation,
    moduleKey: string,
    event: unknown,
  ): Promise<unknown> {
    const module = installation.app.functionModules.get(moduleKey);
    if (module === undefined) {
      throw new PlatformError('unknown_module', `Module '${moduleKey}' has no function.`);
    }
    const context = { cloudId: installation.site.cloudId, moduleKey };
    const isObject = typeof event === 'object' && event !== null;
    return this.#parts.invoker.call(installation, {
      kind: 'page',
      functionKey: module.functionKey,
      moduleKey,
      moduleType: module.type,
      event: isObject ? { ...event, context } : event,
    });
  }

  /**
   * A signed call to a remote in one of the three ways. A system token travels only where the manifest says so: with
   * `function` by `remotes[].auth`, otherwise by the `auth` of an endpoint of that remote whose path fits.
   */
  async callRemote(
    installation: Installation,
    origin: Origin,
    call: RemoteCall,
  ): Promise<Response> {
    const { switches, remotes, rates } = this.#parts;
    const { app } = installation;
    const remote = app.remotes.get(call.remoteKey);
    if (remote === undefined) {
      throw new PlatformError('unknown_remote', `There is no remote '${call.remoteKey}'.`);
    }
    const fromPage = call.way === 'ui';
    if (fromPage && Buffer.byteLength(call.body ?? '') > MAX_PAGE_REQUEST_BYTES) {
      throw new PlatformError('request_too_large', 'A request from a page is limited to 500 KB.');
    }
    if (fromPage) rates.require(installation.id, origin.accountId);
    const request: RemoteRequest = {
      remote,
      path: call.path,
      method: call.method,
      headers: call.headers,
      body: call.body,
      timeLimit: call.way === 'event' ? switches.remoteEventLimitMs : switches.remoteUiLimitMs,
      systemToken: this.#systemToken(installation, call),
      module: fromPage
        ? { type: origin.moduleType, key: origin.moduleKey }
        : { type: 'core:endpoint', key: origin.moduleKey },
      principal: fromPage ? origin.accountId : undefined,
    };
    if (call.way === 'function') return remotes.call(installation, request);
    const context = pageContext(installation, origin);
    return remotes.call(installation, { ...request, context });
  }

  #systemToken(installation: Installation, call: RemoteCall): string | undefined {
    const { app } = installation;
    const { tokens } = this.#parts;
    if (call.withoutTokens === true || !mayHaveSystemToken(app)) return undefined;
    if (call.way === 'function') {
      const declared = app.remotes.get(call.remoteKey)?.systemToken === true;
      return declared ? tokens.issue(installation.id, 'function') : undefined;
    }
    const path = call.path.split('?')[0];
    const declared = [...app.endpoints.values()].some(
      (endpoint) =>
        endpoint.remoteKey === call.remoteKey &&
        endpoint.systemToken &&
        (endpoint.path === path || endpoint.path === '/'),
    );
    return declared ? tokens.issue(installation.id, 'endpoint') : undefined;
  }
}

/** `context` of a resolver and of a FIT: where the page is. */
function pageContext(installation: Installation, origin: Origin): Record<string, unknown> {
  const { site } = installation;
  return {
    cloudId: site.cloudId,
    siteUrl: site.baseUrl,
    moduleKey: origin.moduleKey,
    localId: `${installation.uuid}/${origin.moduleKey}/${randomUUID()}`,
    extension: { type: origin.moduleType, ...origin.extension },
  };
}
