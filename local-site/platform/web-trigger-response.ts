import { z } from 'zod';
import type { WebTrigger } from '../app/index.ts';

/** What the caller of a web trigger gets. */
export interface WebTriggerResponse {
  readonly status: number;
  readonly statusText?: string | undefined;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

const dynamicResult = z.looseObject({
  statusCode: z.int().min(100).max(599),
  statusText: z.string().optional(),
  headers: z.record(z.string(), z.array(z.string())).optional(),
  body: z.string().optional(),
});
const staticResult = z.looseObject({ outputKey: z.string() });

/**
 * Turns a function's result into the response (`events-reference/web-trigger`): a dynamic trigger needs `statusCode`, headers
 * are lists of texts; a static one may only name one of the outputs of the manifest. Anything else is undefined, which the
 * caller sees as 500.
 */
export function responseOf(module: WebTrigger, result: unknown): WebTriggerResponse | undefined {
  if (module.response === 'static') {
    const parsed = staticResult.safeParse(result);
    const output = module.outputs.find(({ key }) => key === parsed.data?.outputKey);
    if (output === undefined) return undefined;
    const { statusCode, contentType, body } = output;
    return {
      status: statusCode,
      headers: contentType === undefined ? {} : { 'content-type': [contentType] },
      body: body ?? '',
    };
  }
  const parsed = dynamicResult.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode, statusText, headers, body } = parsed.data;
  return { status: statusCode, statusText, headers: headers ?? {}, body: body ?? '' };
}
