import { z } from 'zod';
import type { Origin, UiModule } from '../../types.ts';
import type { BrowserWorld } from '../options.ts';
import type { BridgeResponse } from './fetch-product.ts';

const FetchRemote = z.object({
  remoteKey: z.string(),
  fetchRequestInit: z.object({
    path: z.string(),
    method: z.string().default('GET'),
    headers: z.array(z.tuple([z.string(), z.string()])).default([]),
    body: z.string().nullish(),
  }),
  isMultipartFormData: z.boolean().default(false),
});
const InvokeRemote = z.object({
  path: z.string(),
  method: z.string().default('GET'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
});

/** `requestRemote` of the bridge. */
export async function fetchRemote(
  world: BrowserWorld,
  origin: Origin,
  payload: unknown,
): Promise<BridgeResponse> {
  const { remoteKey, fetchRequestInit, isMultipartFormData } = FetchRemote.parse(payload);
  if (isMultipartFormData) {
    world.register.refuse('bridge', 'fetchRemote with files');
    throw new Error('The local site does not model uploads to remotes.');
  }
  const { path, method, headers, body } = fetchRequestInit;
  const response = await world.platform.callRemote(origin, {
    remoteKey,
    path,
    method,
    headers: Object.fromEntries(headers),
    ...(body == null ? {} : { body }),
    way: 'ui',
    withoutTokens: true,
  });
  return {
    body: await response.text(),
    headers: Object.fromEntries(response.headers),
    status: response.status,
    statusText: response.statusText,
    isAttachment: false,
  };
}

/** `invokeRemote` of the bridge: goes to the remote behind the endpoint that is the module's resolver. */
export async function invokeRemote(
  world: BrowserWorld,
  origin: Origin,
  module: UiModule,
  payload: unknown,
): Promise<{ success: boolean; payload?: unknown; error?: unknown }> {
  if (module.resolverRemote === undefined) {
    const message = `The resolver of module ${module.key} is not an endpoint of a remote.`;
    return { success: false, error: { status: 400, message } };
  }
  const { path, method, headers, body } = InvokeRemote.parse(payload);
  const response = await world.platform.callRemote(origin, {
    remoteKey: module.resolverRemote,
    path,
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body == null ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    way: 'ui',
  });
  return {
    success: true,
    payload: {
      status: response.status,
      headers: Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]])),
      body: parsed(await response.text()),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
