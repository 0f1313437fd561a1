import { z } from 'zod';
import { cloudIdOfApiBaseUrl, installationAri } from '../link/identifiers.ts';

/** Claims of a Forge invocation token that we rely on; the rest may come and go. */
export const invocationSchema = z.looseObject({
  iat: z.number(),
  exp: z.number(),
  principal: z.string().nullish(),
  app: z.looseObject({
    id: z.string(),
    installationId: z.string().min(1).transform(installationAri),
    apiBaseUrl: z.string().optional(),
    environment: z.looseObject({ type: z.string() }),
    module: z.looseObject({ type: z.string(), key: z.string() }).optional(),
    installation: z
      .looseObject({ contexts: z.array(z.looseObject({ cloudId: z.string().optional() })) })
      .partial()
      .optional(),
  }),
  context: z
    .looseObject({ cloudId: z.string().optional(), siteUrl: z.string().optional() })
    .nullish(),
});

/** Type of the module that a call of a function, an event or a schedule names. */
const ENDPOINT = 'core:endpoint';

/** One verified call from Forge. */
export interface Invocation {
  readonly installationId: string;
  /** Every cloud id the token names. Empty when it names none, more than one when it contradicts itself. */
  readonly cloudIds: readonly string[];
  /**
   * Whether a page sent it by itself (`requestRemote`), and neither a function of ours nor the platform: only pages have a
   * person, and a module of another type than `core:endpoint` [doc: Forge Remote invocation contract].
   */
  readonly isFromPage: boolean;
  /** Only on calls from a page. */
  readonly siteUrl: string | undefined;
  readonly accountId: string | null;
  /** Base of the product's API, kept only when it is where we expect it. */
  readonly apiBaseUrl: string | undefined;
}

/**
 * What the claims say, in our terms. Calls from a function carry no `context`, and some platforms no `contexts`; then the cloud
 * id stands only in `apiBaseUrl`. An `apiBaseUrl` outside `apiHost` is dropped: a system token would be sent there.
 */
export function toInvocation(
  claims: z.infer<typeof invocationSchema>,
  apiHost: string,
): Invocation {
  const { app, context } = claims;
  const apiBaseUrl =
    app.apiBaseUrl?.startsWith(`${apiHost}/`) === true
      ? app.apiBaseUrl.replace(/\/+$/, '')
      : undefined;
  const named = [
    ...(app.installation?.contexts ?? []).map((each) => each.cloudId),
    context?.cloudId,
    apiBaseUrl === undefined ? undefined : cloudIdOfApiBaseUrl(apiBaseUrl),
  ];
  return {
    installationId: app.installationId,
    cloudIds: [...new Set(named.filter((id) => id !== undefined).map((id) => id.toLowerCase()))],
    isFromPage: claims.principal != null || (app.module?.type ?? ENDPOINT) !== ENDPOINT,
    siteUrl: context?.siteUrl,
    accountId: claims.principal ?? null,
    apiBaseUrl,
  };
}
