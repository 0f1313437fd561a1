import type { RequestHandler } from 'express';
import type { RemoteConfig } from './config.ts';
import { createInstallKeys } from './connect/install-keys.ts';
import { requireContext } from './connect/require-context.ts';
import { createConnectVerifier } from './connect/verify-connect-token.ts';
import type { ConnectVerifier } from './connect/verify-connect-token.ts';
import { createInstallVerifier } from './connect/verify-install.ts';
import type { InstallVerifier } from './connect/verify-install.ts';
import { requireInvocation, requireLinked } from './forge/require-linked.ts';
import { createInvocationVerifier } from './forge/verify-invocation.ts';
import type { Services } from './services.ts';

/** The doors of the remote: one verifier per kind of token, one middleware per verifier. */
export interface Guards {
  readonly verifyRequest: ConnectVerifier;
  readonly verifyInstall: InstallVerifier;
  /** A page's script, by context token. */
  readonly context: RequestHandler;
  /** Forge, by invocation token, linked or not. */
  readonly invocation: RequestHandler;
  /** After `invocation`: only with a link to a tenant. */
  readonly linked: RequestHandler;
}

/** Makes the doors. One set per process, because the verifiers keep the keys they fetched. */
export function createGuards(config: RemoteConfig, services: Services): Guards {
  const { tenants, tokens, keeper, now } = services;
  const { connectKey } = config;
  const verifyRequest = createConnectVerifier({ tenants, connectKey, now });
  const verifyInvocation = createInvocationVerifier({
    jwksUrl: config.forgeJwksUrl,
    appId: config.forgeAppId,
    apiHost: config.forgeApiHost,
    environmentType: config.forgeEnvironmentType,
    now,
  });
  return {
    verifyRequest,
    verifyInstall: createInstallVerifier({
      keys: createInstallKeys({ only: config.installKeysUrl, now }),
      baseUrl: config.baseUrl,
      connectKey,
      hostWhitelist: config.hostWhitelist,
      now,
    }),
    context: requireContext(verifyRequest),
    invocation: requireInvocation(verifyInvocation, tokens),
    linked: requireLinked(keeper),
  };
}
