import { asApp, route, webTrigger } from '@forge/api';
import { kvs } from '@forge/kvs';
import { makeResolver } from '@forge/resolver';
import type { Request } from '@forge/resolver';

/** The seam below every SDK: whatever a package says, it says through this. */
declare const __forge_fetch__: (
  target: Readonly<Record<string, unknown>>,
  path: string,
  init: Readonly<Record<string, unknown>>,
) => Promise<Response>;

interface RawCall {
  readonly target: Record<string, unknown>;
  readonly path: string;
  readonly method: string;
  readonly body?: string;
}

export const hook = (): object => ({ statusCode: 200, body: 'hello' });

export const resolver = makeResolver({
  nothing: () => 'ok',
  keep: async ({ payload }: Request<{ key: string; value: unknown }>) => {
    await kvs.set(payload.key, payload.value);
    return kvs.get(payload.key);
  },
  /** Milliseconds of each of `times` gets, one after the other, as the function sees them. */
  timeGets: async ({ payload }: Request<{ key: string; times: number }>) => {
    const took: number[] = [];
    for (let n = 0; n < payload.times; n += 1) {
      const begun = performance.now();
      await kvs.get(payload.key);
      took.push(performance.now() - begun);
    }
    return took;
  },
  /** A product that the local site does not have, through the real SDK. */
  confluence: async () => {
    const response = await asApp().requestConfluence(route`/wiki/api/v2/pages`);
    return response.status;
  },
  /** The three things an app does with the address of a web trigger. */
  webTriggers: async () => {
    const url = await webTrigger.getUrl('hook');
    const known = await webTrigger.queryUrls('hook');
    await webTrigger.deleteUrl(url);
    return { url, known: known.length };
  },
  /** Speaks as any SDK could, known here or not. */
  raw: async ({ payload }: Request<RawCall>) => {
    const { target, path, method, body } = payload;
    const response = await __forge_fetch__(target, path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.status,
      error: response.headers.get('forge-proxy-error'),
      text: await response.text(),
    };
  },
});
