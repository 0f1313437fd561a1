import { z } from 'zod';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { jiraOfPages } from './faulty-jira.ts';

const ProductCall = z.object({
  product: z.string(),
  restPath: z.string().startsWith('/rest/', { error: 'Only paths below /rest/ can be requested.' }),
  fetchRequestInit: z.object({
    method: z.string().default('GET'),
    body: z.string().nullish(),
  }),
  isMultipartFormData: z.boolean().default(false),
});

/** A form with files as the bridge sends it: each file as a data URL, its name and type beside it [code: `@forge/bridge`]. */
const Form = z
  .record(z.string(), z.unknown())
  .refine((form) => typeof form['file'] === 'string', { error: 'The form has no field `file`.' });

/** What `@forge/bridge` makes a `Response` of. */
export interface BridgeResponse {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly statusText: string;
  readonly isAttachment: boolean;
}

/**
 * `requestJira` of the bridge: as the person looking, never as the app, within the app's scopes. An upload reaches Jira as
 * the bridge wrote it: JSON with the file as a data URL under `file`, its name and type under `__fileName` and `__fileType`.
 */
export async function fetchProduct(
  world: BrowserWorld,
  { site, user }: Visit,
  payload: unknown,
): Promise<BridgeResponse> {
  const call = ProductCall.parse(payload);
  if (call.product !== 'jira') {
    return textResponse(501, world.register.refuse('bridge', `fetchProduct ${call.product}`).body);
  }
  const { method, body } = call.fetchRequestInit;
  if (call.isMultipartFormData) Form.parse(JSON.parse(body ?? '{}'));
  const caller = { kind: 'user', accountId: user.accountId, via: 'forge' } as const;
  const answer = await jiraOfPages(world, site, caller, method, call.restPath, body ?? undefined);
  return textResponse(answer.status, answer.body, answer.headers);
}

function textResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): BridgeResponse {
  return {
    body: body === undefined ? '' : JSON.stringify(body),
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    status,
    statusText: String(status),
    isAttachment: false,
  };
}
