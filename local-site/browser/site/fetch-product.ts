import { z } from 'zod';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';

const ProductCall = z.object({
  product: z.string(),
  restPath: z.string().startsWith('/rest/', { error: 'Only paths below /rest/ can be requested.' }),
  fetchRequestInit: z.object({
    method: z.string().default('GET'),
    body: z.string().nullish(),
  }),
  isMultipartFormData: z.boolean().default(false),
});

/** What `@forge/bridge` makes a `Response` of. */
export interface BridgeResponse {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly statusText: string;
  readonly isAttachment: boolean;
}

/** `requestJira` of the bridge: as the person looking, never as the app. */
export async function fetchProduct(
  world: BrowserWorld,
  { site, user }: Visit,
  payload: unknown,
): Promise<BridgeResponse> {
  const call = ProductCall.parse(payload);
  if (call.product !== 'jira' || call.isMultipartFormData) {
    const what = `fetchProduct ${call.product}${call.isMultipartFormData ? ' multipart' : ''}`;
    return textResponse(501, world.register.refuse('bridge', what).body);
  }
  const { method, body } = call.fetchRequestInit;
  const caller = { kind: 'user', accountId: user.accountId } as const;
  const answer = await world.jira.rest(site, caller, method, call.restPath, body ?? undefined);
  return textResponse(answer.status, answer.body);
}

function textResponse(status: number, body: unknown): BridgeResponse {
  return {
    body: body === undefined ? '' : JSON.stringify(body),
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    status,
    statusText: String(status),
    isAttachment: false,
  };
}
