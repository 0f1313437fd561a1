import { randomUUID } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

/** Seconds that a Forge Invocation Token lives: the documented example has `exp - iat` = 25. */
export const FIT_LIFE_SECONDS = 25;

/** What a Forge Invocation Token says about a call. Ids are full ARIs here, bare UUIDs only in function events. */
export interface FitFacts {
  readonly appId: string;
  readonly appVersion: string;
  readonly environment: { readonly type: string; readonly id: string };
  readonly installationId: string;
  readonly cloudId: string;
  readonly apiBaseUrl: string;
  /** `core:endpoint` for everything that does not come from a page. */
  readonly module: { readonly type: string; readonly key: string };
  /** Absent on calls from a function. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Account id; UI modules only. */
  readonly principal?: string;
  /** `app.license`: paid apps in production only. */
  readonly license?: Readonly<Record<string, unknown>>;
  /** Isolated Cloud only. */
  readonly icLabel?: string;
  /** Leaves out `app.installation`, which a vendor did not see in practice. */
  readonly withoutContexts?: boolean;
}

/**
 * Signs a Forge Invocation Token. Claims: connect-on-forge section 9.2. `app.version` is announced for removal and is not
 * written.
 *
 * @param now epoch milliseconds
 */
export function signInvocationToken(
  key: SigningKey,
  facts: FitFacts,
  now: number,
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const { installationId, apiBaseUrl, cloudId } = facts;
  const contexts = [{ name: 'jira', apiBaseUrl, cloudId }];
  return key.sign({
    iss: 'forge/invocation-token',
    aud: facts.appId,
    iat,
    nbf: iat,
    exp: iat + FIT_LIFE_SECONDS,
    jti: randomUUID(),
    app: {
      id: facts.appId,
      appVersion: facts.appVersion,
      installationId,
      apiBaseUrl,
      environment: facts.environment,
      module: facts.module,
      ...(facts.license === undefined ? {} : { license: facts.license }),
      ...(facts.withoutContexts === true ? {} : { installation: { id: installationId, contexts } }),
    },
    ...(facts.context === undefined ? {} : { context: facts.context }),
    ...(facts.principal === undefined ? {} : { principal: facts.principal }),
    ...(facts.icLabel === undefined ? {} : { icLabel: facts.icLabel }),
  });
}
