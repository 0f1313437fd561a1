import type { ServerResponse } from 'node:http';
import type { Html } from '../pages/html.ts';

/** Writes text of a given type. Nothing of the local site may be cached: it changes under the developer's hands. */
export function sendText(
  response: ServerResponse,
  type: string,
  text: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(text);
  response
    .writeHead(200, {
      'content-type': type,
      'content-length': String(bytes.length),
      'cache-control': 'no-store',
      ...headers,
    })
    .end(bytes);
}

/** Writes a page. */
export function sendPage(response: ServerResponse, status: number, page: Html): void {
  const bytes = Buffer.from(page.text);
  response
    .writeHead(status, {
      'content-type': 'text/html;charset=UTF-8',
      'content-length': String(bytes.length),
      'cache-control': 'no-store',
    })
    .end(bytes);
}

/** Sends the browser elsewhere with a GET. */
export function seeOther(
  response: ServerResponse,
  location: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(303, { location, 'content-length': '0', ...headers }).end();
}
