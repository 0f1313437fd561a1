import type { IncomingMessage } from 'node:http';
import { readText } from '../server.ts';

const BODY_LIMIT = 4_000_000;

/**
 * The body of a request: JSON, or a form. A form's field `do` holds JSON that its other fields are added to, as text; empty
 * ones are left out. Throws a SyntaxError.
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request, BODY_LIMIT);
  if (request.headers['content-type']?.startsWith('application/json') === true) {
    return JSON.parse(text);
  }
  const form = new URLSearchParams(text);
  const fixed: unknown = JSON.parse(form.get('do') ?? '{}');
  form.delete('do');
  const fields = [...form].filter(([, value]) => value !== '');
  return { ...(fixed as object), ...Object.fromEntries(fields) };
}
